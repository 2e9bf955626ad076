/** Teaching the box the household's faces: the session, what became of it, and what is kept. */

import { get, post, remove } from "./api.js";
import { byId, el, put, say } from "./dom.js";
import { mark } from "./marks.js";
import { areYouSure, attempt, tell } from "./talk.js";
import { moment, moodWord, number, t, tn } from "./words.js";

const ROUNDS = { usual: t("as you would"), nearer: t("from nearer"), farther: t("from farther away"), stronger: t("once more, stronger") };
const ENDS = {
  done: t("All faces have been pulled. Thank you!"),
  company: t("It ended because a second face appeared: one at a time."),
  time: t("It ended after ten minutes."),
  asked: t("It was ended."),
  blind: t("It ended because the camera shows nothing."),
  model: t("It ended because another model has come into force."),
};
const PAUSE = 250; // milliseconds between two glances at a session
const LATER = 1000; // the same while it is found out what was learnt

let timer = 0;
let sound = null;
let phase = "";

export function begin() {
  const button = (id, text, act, kind) => el("button", { type: "button", id, class: kind, onclick: act }, text);
  put(
    byId("faces-card"),
    el("p", { class: "soft small" }, t("Sit alone before the camera and pull the faces that it asks for. The box keeps numbers, never a picture, until you delete them.")),
    el("p", { id: "faces-state" }),
    el("p", { class: "judged-word", id: "faces-now", hidden: true }),
    el("p", { class: "spoken", id: "faces-spoken", "aria-live": "assertive" }),
    el(
      "div",
      { class: "row" },
      button("faces-begin", t("Collect faces"), () => collect(false)),
      button("faces-resume", t("Go on with the last session"), () => collect(true)),
      button("faces-end", t("End it"), () => attempt(() => remove("/api/faces/session"))),
    ),
    el("div", { class: "row apart" }, el("h3", { id: "faces-use-title" }, t("Use what was taught")), el("button", { type: "button", role: "switch", class: "switch", id: "faces-use", "aria-checked": "true", "aria-labelledby": "faces-use-title", onclick: use }, el("span", { "aria-hidden": "true" }))),
    el("div", { class: "row apart" }, el("h3", { id: "faces-corrections-title" }, t("Corrections teach faces too")), el("button", { type: "button", role: "switch", class: "switch", id: "faces-corrections", "aria-checked": "false", "aria-labelledby": "faces-corrections-title", onclick: corrections }, el("span", { "aria-hidden": "true" }))),
    el("ul", { class: "rows", id: "faces-each" }),
    el("details", { id: "faces-kept" }, el("summary", {}, el("h3", { id: "faces-title", tabindex: -1 }, t("Faces that were taught"))), el("ul", { class: "rows", id: "faces" }), el("div", { class: "row" }, button("faces-forget", t("Delete all"), forget, "danger"))),
  );
}

export async function load() {
  clearTimeout(timer);
  try {
    show(await get("/api/faces"));
  } catch (error) {
    tell(error.message);
  }
}

/** Whoever has left the section sees to it when they come back. */
function again() {
  if (!byId("box").hidden) load();
}

const agreed = () =>
  areYouSure(t("Does everyone in sight agree?"), t("The box learns from the face that it sees. Everyone whom the camera sees must agree, and for children their parents."), t("Everyone agrees"));

async function collect(resume) {
  if (!(await agreed())) return;
  sound ??= new AudioContext();
  await change(() => post("/api/faces/session", { agreed: true, resume }));
}

function use({ currentTarget }) {
  const on = currentTarget.getAttribute("aria-checked") !== "true";
  return change(() => post("/api/faces/use", { on }));
}

async function corrections({ currentTarget }) {
  const on = currentTarget.getAttribute("aria-checked") !== "true";
  if (on && !(await agreed())) return;
  await change(() => post("/api/faces/corrections", { on, agreed: on }));
}

async function change(doing, done = "") {
  await attempt(doing, done);
  await load();
}

function show({ use: wanted, corrections: taught, session, samples, resume, head }) {
  const running = session !== null && session.end === null;
  say(byId("faces-state"), running ? tn("{count} face to go.", "{count} faces to go.", session.left) : state(wanted, session, samples, head));
  const now = byId("faces-now");
  now.hidden = !running;
  if (running) follow(session, now);
  else phase = "";
  byId("faces-begin").hidden = running;
  byId("faces-resume").hidden = running || !resume;
  byId("faces-end").hidden = !running;
  byId("faces-use").setAttribute("aria-checked", String(wanted));
  byId("faces-corrections").setAttribute("aria-checked", String(taught));
  byId("faces-forget").disabled = !samples.length;
  put(byId("faces-each"), (head?.each ?? []).filter(({ poses }) => poses).map(learnt));
  if (!running || byId("faces").children.length !== samples.length) put(byId("faces"), samples.length ? samples.map(row) : el("li", { class: "soft" }, t("None.")));
  if (running || (wanted && samples.length && !head)) timer = setTimeout(again, running ? PAUSE : LATER);
}

function state(wanted, session, samples, head) {
  const last = session ? `${ENDS[session.end]} ` : "";
  if (!samples.length) return last + t("No faces have been taught.");
  if (!wanted) return last + t("What was taught is kept and not used.");
  if (!head) return last + t("What was taught is not in use yet.");
  if (!head.used) return last + t("What was taught is not used: {why}.", { why: head.why });
  return last + t("In use. Of the faces taught it reads {after} % as they were meant; the model alone {before} %.", { after: number(head.after, 0), before: number(head.before, 0) });
}

/** The face to be pulled, with a tone and a word to screen readers whenever that changes. */
function follow(session, now) {
  const face = session.word ? `${moodWord(session.word)} (${ROUNDS[session.round]})` : "";
  const words = {
    ready: t("{seconds}: make this face: {face}", { seconds: Math.ceil(session.seconds), face }),
    taking: t("Hold it: {face}", { face }),
    waiting: t("Nobody is seen: sit before the camera."),
  };
  const said = session.dark ? t("It is too dark to see a face: make more light.") : words[session.phase];
  put(now, session.word && mark(session.word), ` ${said}`);
  const here = session.phase + face + session.dark;
  if (here === phase) return;
  phase = here;
  byId("faces-spoken").textContent = session.phase === "ready" && !session.dark ? face : said;
  beep(session.phase === "taking" ? 880 : 440);
}

function beep(pitch) {
  if (!sound) return;
  const tone = sound.createOscillator();
  const loud = sound.createGain();
  tone.frequency.value = pitch;
  loud.gain.value = 0.1;
  tone.connect(loud).connect(sound.destination);
  tone.start();
  tone.stop(sound.currentTime + 0.12);
}

const learnt = ({ emotion, poses, before, after }) =>
  el("li", {}, mark(emotion), el("span", { class: "grow" }, moodWord(emotion)), el("span", { class: "numbers soft small" }, t("{before} → {after} of {poses}", { before, after, poses })));

function row({ id, at, word, round, fits, corrected }) {
  const name = `${moodWord(word)} (${corrected ? t("from a correction") : ROUNDS[round]})`;
  return el(
    "li",
    {},
    mark(word),
    el("div", { class: "grow" }, el("p", {}, name), el("p", { class: "soft small numbers" }, moment(at), fits ? "" : ` · ${t("of another model, not used")}`)),
    el("button", { type: "button", "aria-label": t("Delete {face}, {time}", { face: name, time: moment(at) }), onclick: () => drop(id) }, t("Delete")),
  );
}

async function drop(id) {
  await change(() => remove(`/api/faces/${id}`), t("It is deleted."));
  byId("faces-title").focus();
}

async function forget() {
  const yes = await areYouSure(t("Delete all faces that were taught?"), t("Faces are read by the model alone again."), t("Delete all"));
  if (yes) await change(() => remove("/api/faces"), t("All that was taught of faces is deleted."));
}
