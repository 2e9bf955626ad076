/** The mirror: a drawn face for each person in sight, twice a second, and what was judged of them. */

import { byId, say } from "./dom.js";
import { ANGLES, ORDER } from "./emotions.js";
import { colourOf, leading } from "./face.js";
import * as live from "./live.js";
import { drawGround, drawNobody, drawPerson, drawTrail, measure, placeOf, young } from "./plane.js";
import { moodWord, percent, t } from "./words.js";

const GLIDE = 450; // ms that a face takes to where it was seen
const FRAME = 30; // ms from drawing to drawing while something moves
const SAME = 0.35; // of the frame: two looks show one person if the faces are no further apart
const STILL = 0.03; // a face is drawn anew if a probability has changed by more
const BLINK = [5000, 9000]; // ms from blink to blink
const TOLD = 5000; // ms from one description for screen readers to the next

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");

let canvas, ink, room, colours;
const ground = document.createElement("canvas"); // what does not move
let people = [];
let status = null;
let lost = true;
let moving = 0;
let blinking = 0;
let described = 0;
let shape = "";

export function begin() {
  canvas = byId("mirror-canvas");
  ink = canvas.getContext("2d");
  new ResizeObserver(resize).observe(canvas);
  dark.addEventListener("change", resize);
  live.watch("faces", see);
  live.watch("status", (news) => {
    status = news;
    note();
    draw();
  });
  live.watch("lost", (is) => {
    lost = is;
    note();
    draw();
  });
  setInterval(() => shown() && (shape !== key() || people.some(trails)) && draw(), 1000);
  blinkLater();
}

/** Whether the last seconds' way is seen behind a face, which then fades; a second longer, for its last rest to go. */
const trails = ({ trail, x, y }) => young(trail, performance.now() - 1000).some(([, atX, atY]) => Math.hypot(atX - x, atY - y) > 1);

const shown = () => !document.hidden && canvas.offsetParent !== null;

function resize() {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width || !height) return;
  const scale = Math.min(3, devicePixelRatio || 1);
  [canvas.width, canvas.height] = [width * scale, height * scale];
  ink.setTransform(scale, 0, 0, scale, 0, 0);
  const style = getComputedStyle(canvas);
  colours = Object.fromEntries(
    ["line", "soft", "accent", "font", "nobody"].map((name) => [name, style.getPropertyValue(`--${name}`)]),
  );
  colours.track = colours.line;
  room = measure(width, height);
  [ground.width, ground.height] = [canvas.width, canvas.height];
  const below = ground.getContext("2d");
  below.setTransform(scale, 0, 0, scale, 0, 0);
  drawGround(below, room, colours);
  for (const person of people) person.trail = [];
  aim();
  for (const person of people) Object.assign(person, { x: person.toX, y: person.toY, radius: person.toRadius });
  draw();
}

/** What the camera has seen just now. Whoever is near to where somebody was is taken for the same person. */
function see(faces) {
  const left = [...faces];
  const now = performance.now();
  let changed = false;
  for (const person of people) {
    const at = nearest(person, left);
    if (at === -1) {
      changed ||= !person.gone;
      person.gone = true;
      continue;
    }
    const [face] = left.splice(at, 1);
    changed ||= person.gone || face.p.some((p, each) => Math.abs(p - person.to[each]) > STILL);
    const to = face.p.some((p, each) => Math.abs(p - person.to[each]) > STILL) ? face.p : person.to;
    Object.assign(person, { at: [face.x, face.y], from: person.p, to, since: now, gone: false });
  }
  for (const face of left) {
    changed = true;
    people.push({
      at: [face.x, face.y], p: face.p, from: face.p, to: face.p, since: now, shown: calm.matches ? 1 : 0, trail: [], gone: false,
    });
  }
  if (!changed) return;
  aim();
  for (const person of people) if (person.x === undefined) [person.x, person.y, person.radius] = [person.toX, person.toY, person.toRadius];
  describe();
  note();
  move();
}

function nearest(person, faces) {
  let best = -1;
  let least = SAME;
  faces.forEach((face, at) => {
    const far = Math.hypot(face.x - person.at[0], face.y - person.at[1]);
    if (far < least) [best, least] = [at, far];
  });
  return best;
}

/** Where each face is to glide: to its valence and arousal, beside those that would cover it. */
function aim() {
  if (!room) return;
  const there = people.filter((person) => !person.gone);
  const radius = room.face / Math.max(1, Math.sqrt(there.length) * 0.85);
  for (const person of there) {
    const [valence, arousal] = place(person.to);
    [person.toX, person.toY] = placeOf(room, radius, valence, arousal);
    person.toRadius = radius;
  }
  there.sort((a, b) => b.at[0] - a.at[0]); // as in a mirror
  for (let round = 0; round < 8; round += 1) there.forEach((one, at) => there.slice(at + 1).forEach((other) => part(one, other, 2.35 * radius)));
  for (const person of there) {
    person.toX = Math.max(radius * 1.2, Math.min(room.width - radius * 1.2, person.toX));
    person.toY = Math.max(radius * 1.2, Math.min(room.height - radius * 1.2, person.toY));
  }
}

function part(one, other, apart) {
  const [dx, dy] = [other.toX - one.toX || 0.1, other.toY - one.toY];
  const far = Math.hypot(dx, dy);
  if (far >= apart) return;
  const push = (apart - far) / 2 / far;
  one.toX -= dx * push;
  other.toX += dx * push;
  one.toY -= dy * push;
  other.toY += dy * push;
}

/** Valence and arousal: the mean over the circumplex, each emotion by its probability. */
function place(p) {
  let [x, y] = [0, 0];
  ORDER.forEach((emotion, at) => {
    if (!(emotion in ANGLES)) return;
    const angle = (ANGLES[emotion] * Math.PI) / 180;
    x += p[at] * Math.cos(angle);
    y += p[at] * Math.sin(angle);
  });
  return [x, y];
}

function move() {
  if (!shown()) return settle();
  if (calm.matches) {
    settle();
    return draw();
  }
  if (!moving) moving = requestAnimationFrame(frame);
}

let drawn = 0;
function frame(now) {
  moving = 0;
  if (now - drawn >= FRAME) {
    drawn = now;
    step(now);
    draw();
  }
  if (people.some((person) => now - person.since < GLIDE + 2 * FRAME) || blinking) moving = requestAnimationFrame(frame);
  else settle();
}

function step(now) {
  for (const person of people) {
    const part = Math.max(0, Math.min(1, (now - person.since) / GLIDE));
    const eased = 1 - (1 - part) ** 3;
    person.p = person.to.map((p, at) => person.from[at] + (p - person.from[at]) * eased);
    for (const axis of ["X", "Y", "Radius"]) {
      const name = axis.toLowerCase();
      person[name] += (person[`to${axis}`] - person[name]) * Math.min(1, 0.12 + eased * 0.3);
    }
    person.shown = person.gone ? Math.min(person.shown, 1 - part) : Math.max(person.shown, eased);
    if (!person.gone) person.trail = [...young(person.trail, now), [now, person.x, person.y]];
  }
  people = people.filter((person) => !person.gone || person.shown > 0.02);
}

/** At once where everything was gliding to. */
function settle() {
  people = people.filter((person) => !person.gone);
  for (const person of people) Object.assign(person, { p: person.to, x: person.toX, y: person.toY, radius: person.toRadius, shown: 1 });
}

/** What else there is to see, so that a second that changes nothing draws nothing. */
const key = () => `${people.length}|${filled()?.toFixed(2)}|${status?.vision.camera}|${lost}`;

function draw() {
  if (!room || !shown()) return;
  shape = key();
  const now = performance.now();
  ink.clearRect(0, 0, room.width, room.height);
  ink.drawImage(ground, 0, 0, room.width, room.height);
  if (!people.length) return drawNobody(ink, room, colours);
  for (const person of people) drawTrail(ink, person.trail, now, person.radius, colourOf(person.p));
  const ring = filled();
  for (const person of people) drawPerson(ink, person, ring, blinkNow(now), colours);
}

/** How much of the time until the next judgement has passed, 0..1; null while nobody is judged. */
function filled() {
  if (!status?.next_judgement || !status.judging_since || lost) return null;
  const [since, next, now] = [new Date(status.judging_since), new Date(status.next_judgement), live.boxTime()];
  return next > since ? Math.max(0, Math.min(1, (now - since) / (next - since))) : null;
}

function blinkLater() {
  setTimeout(() => {
    if (shown() && people.length && !calm.matches) {
      blinking = performance.now();
      if (!moving) moving = requestAnimationFrame(frame);
    }
    blinkLater();
  }, BLINK[0] + Math.random() * (BLINK[1] - BLINK[0]));
}

function blinkNow(now) {
  if (!blinking) return 0;
  const part = (now - blinking) / 160;
  if (part >= 1) blinking = 0;
  return part >= 1 ? 0 : 1 - Math.abs(2 * part - 1);
}

/** In words, for whoever cannot see the drawing; not at every look. */
function describe() {
  if (performance.now() - described < TOLD && described) return;
  described = performance.now();
  const words = people.filter((person) => !person.gone).map(({ to }) => `${moodWord(leading(to))}, ${percent(Math.max(...to))}`);
  canvas.setAttribute(
    "aria-label",
    words.length ? t("Drawn faces, by what the camera reads now: {faces}", { faces: words.join("; ") }) : t("Nobody is in sight"),
  );
}

/** What stands in the drawing while there is no face in it. */
function note() {
  const there = people.some((person) => !person.gone);
  const camera = status?.vision.camera;
  const words = lost
    ? t("The box cannot be reached")
    : camera === "off"
      ? t("The camera is closed")
      : camera === "open"
        ? t("Nobody in sight")
        : camera === "starting"
          ? t("The camera is opening")
          : t("The camera cannot see");
  say(byId("mirror-note"), there && !lost && camera === "open" ? "" : words);
  byId("mirror").dataset.awake = String(there && !lost && camera === "open");
}
