/** The plane of moods on a canvas: pleasant to the right, excited upwards, with faces that glide on it. */

import { ORDER } from "./emotions.js";
import { drawFace, drawSleeper } from "./face.js";
import { ANGLES, ORIGIN, t } from "./words.js";

const TRAIL = 10000; // ms
const MARGIN = 18;
const placeRadius = (width) => (width < 480 ? 9 : 12); // px of the small face where an emotion lies

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
  const beside = middle[0] + placeRadius(width) + 5;
  word(ink, t("excited"), beside, 13, "left");
  word(ink, t("calm"), beside, height - 6, "left");
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
    placeRadius(width),
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
  ink.save();
  ink.lineCap = "round";
  ink.strokeStyle = colour;
  for (let at = 1; at < trail.length; at += 1) {
    const [time, x, y] = trail[at];
    const young = 1 - (now - time) / TRAIL;
    if (young <= 0) continue;
    ink.lineWidth = Math.max(2, 0.5 * radius * young);
    ink.beginPath();
    ink.moveTo(trail[at - 1][1], trail[at - 1][2]);
    ink.lineTo(x, y);
    // in place of what is there, or each point would be seen where two lines overlap
    for (const [how, alpha] of [["destination-out", 1], ["source-over", 0.55 * young]]) {
      ink.globalCompositeOperation = how;
      ink.globalAlpha = alpha;
      ink.stroke();
    }
  }
  ink.restore();
}

/** The part of a trail that is young enough to be drawn. */
export const young = (trail, now) => trail.filter(([time]) => now - time < TRAIL);

/** Half the side of a face's own drawing, in shares of its radius: there is room for ring and shadow. */
export const REACH = 1.3;

/** A face in the middle of a drawing of its own, with the ring that fills until the next judgement (0..1, or null). */
export function drawPerson(ink, radius, p, filled, blink, colours) {
  const half = REACH * radius;
  ink.clearRect(0, 0, 2 * half, 2 * half);
  ink.save();
  ink.translate(half, half);
  shadow(ink, radius);
  drawFace(ink, radius, p, blink);
  if (filled !== null) ring(ink, 1.13 * radius, Math.max(3, 0.075 * radius), filled, colours);
  ink.restore();
}

function shadow(ink, radius) {
  const below = 0.06 * radius;
  const fade = ink.createRadialGradient(0, below, 0.85 * radius, 0, below, 1.22 * radius);
  fade.addColorStop(0, "rgb(40 20 0 / 26%)");
  fade.addColorStop(0.5, "rgb(40 20 0 / 9%)");
  fade.addColorStop(1, "rgb(40 20 0 / 0%)");
  ink.fillStyle = fade;
  ink.beginPath();
  ink.arc(0, below, 1.22 * radius, 0, 2 * Math.PI);
  ink.fill();
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
