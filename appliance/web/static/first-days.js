/** The first days: a short way that can be left and resumed, one step after the other. */

import { get, post } from "./api.js";
import { byId, el, put, say } from "./dom.js";
import * as live from "./live.js";
import { STEPS, isSpokenAnew } from "./first-steps.js";
import * as talk from "./talk.js";
import { t } from "./words.js";

const names = Object.keys(STEPS);
let at = 0;
let leave = null;

async function show(moved) {
  leave?.();
  const step = STEPS[names[at]];
  const last = at === names.length - 1;
  say(byId("progress"), t("Step {step} of {steps}", { step: at + 1, steps: names.length }));
  put(byId("steps"), names.map((name, each) => el("li", { class: each < at ? "done" : "", "aria-current": each === at ? "step" : null }, el("span", { class: "spoken" }, STEPS[name].title))));
  say(byId("title"), step.title);
  say(byId("about"), step.about);
  document.title = `${step.title} · Moodbox`;
  byId("back").hidden = at === 0;
  byId("later").hidden = last;
  say(byId("next"), last ? t("To the page") : t("Next"));
  put(byId("step"));
  leave = (await step.show(byId("step"))) ?? null;
  if (moved) byId("title").focus();
}

/** Go to a step; what was typed into the one before is saved first, and stays to be mended where the box refuses it. */
async function go(to) {
  if (to > at && !(await (STEPS[names[at]].save?.() ?? true))) return;
  const over = to >= names.length;
  const step = names[Math.min(to, names.length - 1)];
  if (!(await talk.attempt(() => post("/api/first-days", { step, begun: true, over: over || step === "done" })))) return;
  if (over) return location.assign("/");
  if (isSpokenAnew()) return location.reload();
  at = to;
  await show(true);
}

say(byId("back"), t("Back"));
say(byId("later"), t("Later"));
say(byId("uploads-title"), t("Uploads"));
say(byId("uploads-close"), t("Close"));
say(byId("uploads-cancel"), t("Cancel the rest"));
byId("uploads-card").setAttribute("aria-label", t("Uploads"));
byId("back").addEventListener("click", () => go(at - 1));
byId("next").addEventListener("click", () => go(at + 1));
talk.begin();
live.start();
get("/api/first-days")
  .then(({ step }) => {
    at = Math.max(0, names.indexOf(step));
    if (names[at] === "done") at = 0;
    return go(at);
  })
  .catch((error) => talk.tell(error.message))
  .finally(() => byId("main").removeAttribute("aria-busy"));
