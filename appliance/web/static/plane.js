/** The plane of moods on a canvas: pleasant to the right, excited upwards, with faces that glide on it. */

import { ORDER } from "./emotions.js";
import { drawFace, drawSleeper } from "./face.js";
import { ANGLES, ORIGIN, t } from "./words.js";

const TRAIL = 10000; // ms
const MARGIN = 18;

/** What a canvas of this size has room for: middle, half axes and the radius of a lone face, in CSS pixels. */
export function measure(width, height) {
  return {
    width,
    height,
    middle: [width / 2, height / 2],
    axes: [Math.max(1, width / 2 - MARGIN), Math.max(1, height / 2 - MARGIN)],
    face: Math.min(0.235 * height, 0.17 * width),
  };
}

/** The place of a valence and an arousal, so that a face of this radius lies inside. */
export function placeOf(room, radius, valence, arousal) {
  const reach = [room.axes[0] - radius, room.axes[1] - radius + 6];
  return [room.middle[0] + valence * reach[0], room.middle[1] - arousal * reach[1]];
}

/** The ground: axes with their words, and each emotion where it lies. */
export function drawGround(ink, room, colours) {
  const { width, height, middle, axes } = room;
  ink.lineWidth = 1;
  ink.strokeStyle = colours.line;
  for (const share of [1, 0.5]) {
    ink.beginPath();
    ink.ellipse(...middle, axes[0] * share, axes[1] * share, 0, 0, 2 * Math.PI);
    ink.stroke();
  }
  ink.beginPath();
  ink.moveTo(middle[0] - axes[0], middle[1]);
  ink.lineTo(middle[0] + axes[0], middle[1]);
  ink.moveTo(middle[0], middle[1] - axes[1]);
  ink.lineTo(middle[0], middle[1] + axes[1]);
  ink.stroke();
  ink.fillStyle = colours.soft;
  ink.font = `600 ${width < 480 ? 11 : 13}px ${colours.font}`;
  word(ink, t("unpleasant"), 4, middle[1] - 7, "left");
  word(ink, t("pleasant"), width - 4, middle[1] - 7, "right");
  word(ink, t("excited"), middle[0] + 6, 13, "left");
  word(ink, t("calm"), middle[0] + 6, height - 6, "left");
  for (const [emotion, degrees] of Object.entries(ANGLES)) {
    const angle = (degrees * Math.PI) / 180;
    drawPlace(ink, emotion, middle[0] + axes[0] * Math.cos(angle), middle[1] - axes[1] * Math.sin(angle), width);
  }
  for (const emotion of ORIGIN) drawPlace(ink, emotion, ...middle, width);
}

/** A small face where an emotion lies. */
function drawPlace(ink, emotion, x, y, width) {
  ink.save();
  ink.translate(x, y);
  ink.globalAlpha = 0.75;
  drawFace(
    ink,
    width < 480 ? 9 : 12,
    ORDER.map((each) => Number(each === emotion)),
  );
  ink.restore();
}

function word(ink, text, x, y, align) {
  ink.textAlign = align;
  ink.fillText(text, x, y);
}

/** Where a face has been over the last ten seconds, fading. `trail` are points [time, x, y], the oldest first. */
export function drawTrail(ink, trail, now, radius, colour) {
  ink.lineCap = "round";
  ink.strokeStyle = colour;
  for (let at = 1; at < trail.length; at += 1) {
    const [time, x, y] = trail[at];
    const young = 1 - (now - time) / TRAIL;
    if (young <= 0) continue;
    ink.globalAlpha = 0.55 * young;
    ink.lineWidth = Math.max(2, 0.5 * radius * young);
    ink.beginPath();
    ink.moveTo(trail[at - 1][1], trail[at - 1][2]);
    ink.lineTo(x, y);
    ink.stroke();
  }
  ink.globalAlpha = 1;
}

/** The part of a trail that is young enough to be drawn. */
export const young = (trail, now) => trail.filter(([time]) => now - time < TRAIL);

/** A face with the ring around it that fills until the next judgement (`filled` 0..1, or null for none). */
export function drawPerson(ink, person, filled, blink, colours) {
  const { x, y, radius, shown, p } = person;
  ink.save();
  ink.translate(x, y);
  ink.globalAlpha = shown;
  ink.shadowColor = "rgb(40 20 0 / 25%)";
  ink.shadowBlur = 0.25 * radius;
  ink.shadowOffsetY = 0.06 * radius;
  ink.beginPath();
  ink.arc(0, 0, radius * 0.98 * shown, 0, 2 * Math.PI);
  ink.fill();
  ink.shadowColor = "transparent";
  drawFace(ink, radius * shown, p, blink);
  if (filled !== null) ring(ink, 1.13 * radius * shown, Math.max(3, 0.075 * radius), filled, colours);
  ink.restore();
}

function ring(ink, radius, width, filled, colours) {
  ink.lineWidth = width;
  ink.lineCap = "round";
  ink.strokeStyle = colours.track;
  ink.beginPath();
  ink.arc(0, 0, radius, 0, 2 * Math.PI);
  ink.stroke();
  ink.strokeStyle = colours.accent;
  ink.beginPath();
  ink.arc(0, 0, radius, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * Math.max(0.005, filled));
  ink.stroke();
}

/** Nobody is there, or the camera is closed. */
export function drawNobody(ink, room, colours) {
  ink.save();
  ink.translate(...room.middle);
  drawSleeper(ink, room.face, colours.nobody);
  ink.restore();
}
