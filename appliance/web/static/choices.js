/** What to play by: override, policy, camera, and how often the mood is judged. */

import { post } from "./api.js";
import { byId, el, offer, put, say, set } from "./dom.js";
import { mark } from "./marks.js";
import { watch } from "./live.js";
import { attempt } from "./talk.js";
import { CHOICES, POLICIES, moment, moodWord, policyWord, span, t } from "./words.js";

const SETTLES = 1500; // ms
const STATES = {
  open: t("open"),
  off: t("off"),
  failed: t("failed"),
  lost: t("lost"),
  starting: t("starting"),
};
const INTERVALS = [60, 120, 300, 600, 900, 1800, 3600];

export function begin() {
  put(
    byId("override"),
    chip("auto", moodWord("auto")),
    CHOICES.map((emotion) => chip(emotion, moodWord(emotion))),
  );
  put(
    byId("policy"),
    Object.keys(POLICIES).map((policy) => segment("policy", policy, policyWord(policy))),
  );
  byId("override").addEventListener("change", (event) =>
    choose("/api/override", { emotion: event.target.value }, "override"),
  );
  byId("policy").addEventListener("change", (event) => choose("/api/policy", { policy: event.target.value }, "policy"));
  byId("interval").addEventListener("change", (event) =>
    choose("/api/interval", { seconds: Number(event.target.value) }),
  );
  byId("camera").addEventListener("click", (event) => {
    choose("/api/camera", { on: event.currentTarget.getAttribute("aria-checked") !== "true" });
  });
  watch("status", show);
}

/** One of several, side by side. */
export function segment(group, value, words) {
  return el("label", {}, el("input", { type: "radio", name: group, value }), el("span", {}, words));
}

/** A mood to choose, with its face. */
export function chip(value, words) {
  return el(
    "label",
    { class: "chip", "data-mood": value === "auto" ? null : value },
    el("input", { type: "radio", name: "override", value }),
    el("span", {}, mark(value), words),
  );
}

let last = null;
const held = {}; // until when a choice stays as the owner made it, though the box may still tell of the one before

/** What the box refuses springs back to what it is. */
async function choose(path, body, group = "") {
  held[group] = performance.now() + SETTLES;
  if (!(await attempt(() => post(path, body))) && last) {
    held[group] = 0;
    show(last);
  }
}

function show(status) {
  last = status;
  check("override", status.override);
  check("policy", status.policy);
  say(byId("policy-meaning"), POLICIES[status.policy]);

  const { vision } = status;
  byId("camera").setAttribute("aria-checked", String(vision.switch === "on"));
  say(
    byId("camera-more"),
    vision.switch === "off-by-button"
      ? t("Off by its button; only the button turns it on again.")
      : [STATES[vision.camera], vision.source].filter(Boolean).join(" · "),
  );

  const steps = INTERVALS.includes(status.interval) ? INTERVALS : [...INTERVALS, status.interval].sort((a, b) => a - b);
  offer(byId("interval"), steps, span, status.interval);
  say(
    byId("judging"),
    status.next_judgement
      ? t("Judged next at {time}.", { time: moment(status.next_judgement) })
      : t("Nothing is judged while nobody is there."),
  );
}

function check(group, value) {
  if (performance.now() < (held[group] ?? 0)) return;
  const input = document.querySelector(`input[name="${group}"][value="${value}"]`);
  if (input) set(input, { checked: true });
}
