/** A drawn face whose brows, eyes and mouth blend between the expressions, each by its probability. Never a picture. */

import { FACE_COLOURS, ORDER } from "./emotions.js";

const INK = "#2c2119";
const CHEEK = "#ff7d6b";
const LINES = 0.085; // width of a line as a share of the radius

/**
 * What each expression does to a face at rest, in shares of the radius or of the whole movement:
 * brows up, brows' inner ends down (anger) or up (below 0), eyes open, mouth bent up, mouth open, mouth wide, mouth
 * askew, cheeks red, a tear. After the action units of Ekman and Friesen's FACS (1978), in the plainest drawing.
 */
const REST = { brow: 0, tilt: 0, eye: 1, bend: 0.05, open: 0, wide: 0.8, skew: 0, cheek: 0, tear: 0 };
const MOVES = {
  angry: { brow: -0.75, tilt: 1, eye: 0.8, bend: -0.75, open: 0.12, wide: 0.85 },
  disgust: { brow: -0.4, tilt: 0.55, eye: 0.5, bend: -0.45, open: 0.08, wide: 0.8, skew: 1 },
  fear: { brow: 0.6, tilt: -0.8, eye: 1.35, bend: -0.4, open: 0.4, wide: 1 },
  happy: { brow: 0.25, tilt: -0.1, eye: 0.72, bend: 1, open: 0.35, wide: 1.15, cheek: 1 },
  neutral: {},
  sad: { brow: 0.15, tilt: -1, eye: 0.72, bend: -0.85, wide: 0.75, tear: 1 },
  surprise: { brow: 1, tilt: -0.2, eye: 1.45, bend: 0, open: 1, wide: 0.5 },
};
const ASLEEP = { ...REST, eye: 0, bend: 0.12, wide: 0.5 };

/** What a face does that has these probabilities, in the canonical order of the emotions. */
export function shapeOf(probabilities) {
  const shape = Object.fromEntries(Object.keys(REST).map((name) => [name, 0]));
  probabilities.forEach((share, at) => {
    const moves = { ...REST, ...MOVES[ORDER[at]] };
    for (const name of Object.keys(shape)) shape[name] += share * moves[name];
  });
  return shape;
}

/** The colour of a face: its expressions' colours, mixed. */
export function colourOf(probabilities) {
  const mixed = [0, 0, 0];
  probabilities.forEach((share, at) => {
    const colour = FACE_COLOURS[ORDER[at]];
    for (const part of [0, 1, 2]) mixed[part] += share * parseInt(colour.slice(1 + 2 * part, 3 + 2 * part), 16);
  });
  return `rgb(${mixed.map(Math.round).join(" ")})`;
}

/** The emotion that leads. */
export const leading = (probabilities) => ORDER[probabilities.indexOf(Math.max(...probabilities))];

/** Draw a face around (0, 0) with this radius; `blink` 0..1 closes its eyes. */
export function drawFace(ink, radius, probabilities, blink = 0) {
  ink.save();
  ink.scale(radius, radius);
  ball(ink, colourOf(probabilities));
  const shape = shapeOf(probabilities);
  features(ink, { ...shape, eye: shape.eye * (1 - 0.92 * blink) });
  ink.restore();
}

/** Draw a face that sleeps, for when nobody is there. */
export function drawSleeper(ink, radius, colour) {
  ink.save();
  ink.scale(radius, radius);
  ball(ink, colour);
  features(ink, ASLEEP);
  ink.restore();
}

function ball(ink, colour) {
  ink.beginPath();
  ink.arc(0, 0, 1, 0, 2 * Math.PI);
  ink.fillStyle = colour;
  ink.fill();
  const light = ink.createRadialGradient(-0.35, -0.45, 0.1, 0, 0, 1);
  light.addColorStop(0, "rgb(255 255 255 / 38%)");
  light.addColorStop(0.55, "rgb(255 255 255 / 0%)");
  light.addColorStop(1, "rgb(60 30 10 / 16%)");
  ink.fillStyle = light;
  ink.fill();
}

function features(ink, shape) {
  ink.lineCap = ink.lineJoin = "round";
  ink.strokeStyle = ink.fillStyle = INK;
  ink.lineWidth = LINES;
  for (const side of [-1, 1]) {
    ink.save();
    ink.scale(side, 1);
    cheek(ink, shape.cheek);
    eye(ink, shape);
    brow(ink, shape);
    if (side === 1) tear(ink, shape.tear);
    ink.restore();
  }
  mouth(ink, shape);
}

function cheek(ink, much) {
  if (much < 0.05) return;
  ink.save();
  ink.globalAlpha = 0.4 * much;
  ink.fillStyle = CHEEK;
  ink.beginPath();
  ink.ellipse(0.56, 0.2, 0.16, 0.11, 0, 0, 2 * Math.PI);
  ink.fill();
  ink.restore();
}

function eye(ink, { eye: open, cheek: smile }) {
  ink.beginPath();
  if (open < 0.22) {
    ink.moveTo(0.22, -0.12);
    ink.quadraticCurveTo(0.34, -0.03, 0.46, -0.12);
    return ink.stroke();
  }
  const high = 0.15 * open;
  ink.ellipse(0.34, -0.12, 0.1 + 0.012 * open, high, 0, 0, 2 * Math.PI);
  ink.fill();
  ink.save();
  ink.fillStyle = "rgb(255 255 255 / 90%)";
  ink.beginPath();
  ink.arc(0.375, -0.12 - 0.38 * high, 0.035, 0, 2 * Math.PI);
  ink.fill();
  ink.restore();
  if (smile > 0.3) lid(ink, high, smile);
}

/** A smile lifts the lower lid. */
function lid(ink, high, smile) {
  ink.save();
  ink.globalAlpha = Math.min(1, (smile - 0.3) * 2);
  ink.beginPath();
  ink.moveTo(0.22, -0.1 + 0.9 * high);
  ink.quadraticCurveTo(0.34, -0.16 + 0.9 * high, 0.46, -0.1 + 0.9 * high);
  ink.lineWidth = 0.5 * LINES;
  ink.stroke();
  ink.restore();
}

function brow(ink, { brow: up, tilt, eye: open }) {
  const y = -0.36 - 0.13 * up - 0.05 * (open - 1);
  ink.beginPath();
  ink.moveTo(0.17, y + 0.12 * tilt);
  ink.quadraticCurveTo(0.34, y - 0.07 - 0.02 * tilt, 0.52, y + 0.02 - 0.07 * tilt);
  ink.stroke();
}

function tear(ink, much) {
  if (much < 0.4) return;
  const grown = (much - 0.4) / 0.6;
  ink.save();
  ink.fillStyle = "#4f9df0";
  ink.globalAlpha = grown;
  ink.beginPath();
  ink.moveTo(0.42, 0.06);
  ink.bezierCurveTo(0.42 + 0.13 * grown, 0.24, 0.42 - 0.13 * grown, 0.24, 0.42, 0.06);
  ink.fill();
  ink.restore();
}

function mouth(ink, { bend, open, wide, skew }) {
  const half = 0.38 * wide;
  const [left, right] = [0.42 - 0.1 * bend + 0.06 * skew, 0.42 - 0.1 * bend - 0.05 * skew];
  const upper = 0.42 + 0.26 * bend - 0.22 * open;
  const lower = 0.42 + 0.3 * bend + 0.42 * open;
  ink.beginPath();
  ink.moveTo(-half, left);
  ink.bezierCurveTo(-0.55 * half, upper + 0.14 * skew, 0.4 * half, upper - 0.2 * skew, half, right);
  if (open > 0.05) {
    ink.bezierCurveTo(0.7 * half, lower + 0.04, -0.7 * half, lower + 0.04, -half, left);
    ink.closePath();
    ink.fillStyle = "#6d2233";
    ink.fill();
  }
  ink.stroke();
}
