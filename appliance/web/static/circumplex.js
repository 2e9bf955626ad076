/** The circumplex as a drawing: pleasant to the right, excited upwards, and a dot where the room is. */

import { svg } from "./dom.js";
import { ANGLES, EMOJI, ORIGIN, moodWord } from "./words.js";

const RADIUS = 88;
const ARM = 106; // the emotions stand just outside of the ring
let drawing, title, dot, arm;

/** Draw what does not change. */
export function begin(figure) {
  title = svg("title");
  arm = svg("line", { class: "arm", x1: 0, y1: 0, x2: 0, y2: 0 });
  dot = svg(
    "g",
    { class: "moves" },
    svg("circle", { class: "here-glow", r: 17 }),
    svg("circle", { class: "here", r: 8.5 }),
  );
  drawing = svg(
    "svg",
    { viewBox: "-122 -122 244 216", role: "img" },
    title,
    svg("circle", { class: "ring", r: RADIUS }),
    svg("circle", { class: "ring", r: RADIUS / 2 }),
    svg("path", { class: "axis", d: `M${-RADIUS} 0H${RADIUS}M0 ${-RADIUS}V${RADIUS}` }),
    word(84, -5, "pleasant", "end"),
    word(-84, -5, "unpleasant", "start"),
    word(5, -72, "excited", "start"),
    word(5, 81, "calm", "start"),
    Object.entries(ANGLES).map(([emotion, degrees]) => place(emotion, degrees)),
    ORIGIN.map((emotion) => svg("text", { class: "place", x: 0, y: 0 }, EMOJI[emotion])),
    arm,
    dot,
  );
  figure.append(drawing);
}

function word(x, y, text, anchor) {
  return svg("text", { class: "axis-word", x, y, "text-anchor": anchor, "aria-hidden": "true" }, text);
}

function place(emotion, degrees) {
  const angle = (degrees * Math.PI) / 180;
  return svg(
    "text",
    { class: "place", x: ARM * Math.cos(angle), y: -ARM * Math.sin(angle), "aria-hidden": "true" },
    EMOJI[emotion],
  );
}

/** Move the dot to where this mood is; nobody is nowhere. */
export function show(mood) {
  const [x, y] = [RADIUS * mood.valence, -RADIUS * mood.arousal];
  const somewhere = mood.mood !== "nobody";
  dot.setAttribute("transform", `translate(${x} ${y})`);
  dot.setAttribute("visibility", somewhere ? "visible" : "hidden");
  arm.setAttribute("visibility", somewhere ? "visible" : "hidden");
  arm.setAttribute("x2", x);
  arm.setAttribute("y2", y);
  title.textContent = somewhere
    ? `${moodWord(mood.mood)}: ${inWords(mood)}`
    : "Nobody is there to be placed on the circle of moods";
}

function inWords({ valence, arousal }) {
  const pleasant = amount(valence, "pleasant", "unpleasant");
  const excited = amount(arousal, "excited", "calm");
  return `${pleasant} (${valence.toFixed(2)}), ${excited} (${arousal.toFixed(2)})`;
}

function amount(value, high, low) {
  if (Math.abs(value) < 0.1) return `neither ${high} nor ${low}`;
  return `${Math.abs(value) < 0.4 ? "somewhat " : ""}${value > 0 ? high : low}`;
}
