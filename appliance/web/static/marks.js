/** A mood as a small drawn face, the same on every device; its word stands beside it. */

import { ORDER } from "./emotions.js";
import { drawFace, drawSleeper } from "./face.js";
import { el, svg } from "./dom.js";

const SIDE = 96; // pixels of the drawing; styles show it smaller
const GREY = "#b3aca1";
const CAMERA = "M4 8.5a2 2 0 0 1 2-2h2l1.5-2h5l1.5 2h2a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2z";

/** A mood's face: of an emotion, `unsure`, `nobody`; a camera for `auto`, and a note for none. */
export function mark(mood) {
  if (mood === "auto") return icon(svg("path", { d: CAMERA }), svg("circle", { cx: 12, cy: 12, r: 3.4 }));
  if (!mood) return icon(svg("path", { d: "M9 17.5V6l11-2v11.5" }), svg("circle", { cx: 6.2, cy: 17.5, r: 2.8 }), svg("circle", { cx: 17.2, cy: 15.5, r: 2.8 }));
  const canvas = el("canvas", { class: "mark", "aria-hidden": "true", width: SIDE, height: SIDE });
  canvas.dataset.face = mood;
  const ink = canvas.getContext("2d");
  ink.translate(SIDE / 2, SIDE / 2);
  if (mood === "nobody") drawSleeper(ink, 0.47 * SIDE, GREY);
  else drawFace(ink, 0.47 * SIDE, mixOf(mood));
  return canvas;
}

/** Show a mood's face in `place`; the same again changes nothing. */
export function showMark(place, mood) {
  if (place.dataset.shown === mood) return;
  place.dataset.shown = mood;
  place.replaceChildren(mark(mood));
}

/** One emotion wholly; unsure is a little of each. */
const mixOf = (mood) => ORDER.map((emotion) => (mood === "unsure" ? 1 / ORDER.length : Number(emotion === mood)));

const icon = (...shapes) => svg("svg", { class: "icon mark", viewBox: "0 0 24 24", "aria-hidden": "true" }, shapes);
