/**
 * The mirror: a drawn face for each person in sight, twice a second, and what was judged of them.
 *
 * A face is a small canvas of its own, which glides by a transition of the compositor's; the main thread only draws its
 * expression, and the trails behind all faces, a few times on the way.
 */

import { byId, el, say } from "./dom.js";
import { ANGLES, ORDER } from "./emotions.js";
import { colourOf, leading } from "./face.js";
import * as live from "./live.js";
import { REACH, drawGround, drawNobody, drawPerson, drawTrail, measure, placeOf, young } from "./plane.js";
import { moodWord, percent, t } from "./words.js";

const GLIDE = 450; // ms that a face takes to where it was seen, as in mirror.css
const STEP = 90; // ms from drawing to drawing on the way
const SAME = 0.35; // of the frame: two looks show one person if the faces are no further apart
const STILL = 0.03; // a face is drawn anew if a probability has changed by more
const NEAR = 0.5; // px that are no way to go
const BLINK = [5000, 9000]; // ms from blink to blink
const LIDS = [0.6, 1, 0.6, 0]; // how far the eyes are closed, from one 25th of a second to the next
const TOLD = 5000; // ms from one description for screen readers to the next

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");

let canvas, room, colours, layer, trails;
let scale = 1; // pixels of the drawing for each of the page
let people = [];
let status = null;
let lost = true;
let moving = 0;
let blink = 0;
let described = 0;
let below = ""; // what the ground shows
let trailed = false;

export function begin() {
  canvas = byId("mirror-canvas");
  trails = el("canvas", { class: "trails" });
  layer = el("div", { class: "people", id: "mirror-people", "aria-hidden": "true" }, trails);
  canvas.after(layer);
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
  setInterval(draw, 1000);
  blinkLater();
}

/** Whether the last seconds' way is seen behind a face, which then fades. */
const leads = ({ trail, x, y }, now) => young(trail, now).some(([, atX, atY]) => Math.hypot(atX - x, atY - y) > 1);

const shown = () => !document.hidden && canvas.offsetParent !== null;

function resize() {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width || !height) return;
  scale = Math.min(3, devicePixelRatio || 1);
  const style = getComputedStyle(canvas);
  colours = Object.fromEntries(
    ["line", "soft", "accent", "font", "nobody"].map((name) => [name, style.getPropertyValue(`--${name}`)]),
  );
  colours.track = colours.line;
  room = measure(width, height);
  for (const each of [canvas, trails]) sized(each, width, height);
  below = "";
  layer.style.setProperty("--side", `${2 * REACH * room.face}px`);
  for (const person of people) dress(person);
  aim();
  settle();
  draw();
}

/** Give a canvas this size in CSS pixels, and its ink their scale. */
function sized(each, width, height) {
  [each.width, each.height] = [Math.round(width * scale), Math.round(height * scale)];
  each.getContext("2d").setTransform(scale, 0, 0, scale, 0, 0);
}

function dress(person) {
  sized(person.node, 2 * REACH * room.face, 2 * REACH * room.face);
  Object.assign(person, { seen: "", trail: [] });
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
      if (!person.gone) Object.assign(person, { gone: true, left: now });
      person.node.classList.add("gone");
      continue;
    }
    const [face] = left.splice(at, 1);
    person.at = [face.x, face.y];
    if (!person.gone && face.p.every((p, each) => Math.abs(p - person.to[each]) <= STILL)) continue;
    changed = true;
    Object.assign(setOff(person), { to: face.p, gone: false });
  }
  for (const { x, y, p } of left) {
    changed = true;
    people.push(setOff({ at: [x, y], p, to: p, gone: false, seen: "", trail: [], node: el("canvas", { class: "person" }) }));
  }
  if (!changed) return;
  aim();
  describe();
  note();
  move();
}

/** From how a person looks now and where the face is, it glides to what is wanted. */
const setOff = (person) => Object.assign(person, { from: person.p, fromX: person.x, fromY: person.y, since: performance.now() });

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
  const was = there.map(({ toX, toY }) => [toX, toY]);
  for (const person of there) {
    const [valence, arousal] = place(person.to);
    [person.toX, person.toY] = placeOf(room, radius, valence, arousal);
    person.radius = radius;
  }
  const inOrder = [...there].sort((a, b) => b.at[0] - a.at[0]); // as in a mirror
  for (let round = 0; round < 8; round += 1) inOrder.forEach((one, at) => inOrder.slice(at + 1).forEach((other) => part(one, other, 2.35 * radius)));
  there.forEach((person, at) => {
    person.toX = Math.max(radius * 1.2, Math.min(room.width - radius * 1.2, person.toX));
    person.toY = Math.max(radius * 1.2, Math.min(room.height - radius * 1.2, person.toY));
    glide(person, ...was[at]);
  });
}

/** Have the face glide from where it was to be; one that has just come is there at once. */
function glide(person, wasX, wasY) {
  if (wasX === undefined) setOff(Object.assign(person, { x: person.toX, y: person.toY }));
  else if (Math.hypot(person.toX - wasX, person.toY - wasY) > NEAR) setOff(person);
  else Object.assign(person, { toX: wasX, toY: wasY });
  const { node, toX, toY, radius } = person;
  node.classList.remove("gone");
  node.style.setProperty("--x", `${toX.toFixed(1)}px`);
  node.style.setProperty("--y", `${toY.toFixed(1)}px`);
  node.style.setProperty("--scale", (radius / room.face).toFixed(3));
  if (node.isConnected) return;
  dress(person);
  layer.append(node);
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

/** Draw until everything is where it glides to; where nothing shall move, at once. */
function move() {
  const moves = shown() && !calm.matches;
  if (!moves) settle();
  draw();
  if (!moving && moves && people.some(isOnTheWay)) moving = setTimeout(step, STEP);
}

const isOnTheWay = ({ since, gone }) => gone || performance.now() - since < GLIDE + STEP;

function step() {
  moving = 0;
  const now = performance.now();
  for (const person of people) {
    const part = Math.max(0, Math.min(1, (now - person.since) / GLIDE));
    const eased = 1 - (1 - part) ** 3;
    person.p = person.to.map((p, at) => person.from[at] + (p - person.from[at]) * eased);
    if (person.gone) continue;
    person.x = person.fromX + (person.toX - person.fromX) * eased;
    person.y = person.fromY + (person.toY - person.fromY) * eased;
    person.trail = [...young(person.trail, now), [now, person.x, person.y]];
  }
  leave((person) => person.gone && now - person.left > GLIDE);
  move();
}

/** Take these people away. */
function leave(which) {
  for (const person of people) if (which(person)) person.node.remove();
  people = people.filter((person) => !which(person));
}

/** At once where everything was gliding to. */
function settle() {
  leave((person) => person.gone);
  for (const person of people) Object.assign(person, { p: person.to, x: person.toX, y: person.toY });
}

/** Draw what differs from what is there. */
function draw() {
  if (!room || !shown()) return;
  const now = performance.now();
  drawBelow();
  drawTrails(now);
  const ring = filled();
  for (const person of people) {
    const seen = `${person.p.map((p) => p.toFixed(2))}|${ring?.toFixed(2)}|${blink}`;
    if (person.seen === seen) continue;
    person.seen = seen;
    drawPerson(person.node.getContext("2d"), room.face, person.p, ring, blink, colours);
  }
}

function drawBelow() {
  const wanted = people.length ? "ground" : "nobody";
  if (below === wanted) return;
  below = wanted;
  const ink = canvas.getContext("2d");
  ink.clearRect(0, 0, room.width, room.height);
  drawGround(ink, room, colours);
  if (!people.length) drawNobody(ink, room, colours);
}

function drawTrails(now) {
  const leading = people.filter((person) => leads(person, now));
  if (!leading.length && !trailed) return;
  trailed = leading.length > 0;
  const ink = trails.getContext("2d");
  ink.clearRect(0, 0, room.width, room.height);
  for (const { trail, radius, p } of leading) drawTrail(ink, trail, now, radius, colourOf(p));
}

/** How much of the time until the next judgement has passed, 0..1; null while nobody is judged. */
function filled() {
  if (!status?.next_judgement || !status.judging_since || lost) return null;
  const [since, next, now] = [new Date(status.judging_since), new Date(status.next_judgement), live.boxTime()];
  return next > since ? Math.max(0, Math.min(1, (now - since) / (next - since))) : null;
}

function blinkLater() {
  setTimeout(() => {
    if (shown() && people.length && !calm.matches) lids(0);
    blinkLater();
  }, BLINK[0] + Math.random() * (BLINK[1] - BLINK[0]));
}

function lids(at) {
  blink = LIDS[at];
  draw();
  if (at + 1 < LIDS.length) setTimeout(() => lids(at + 1), 40);
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
