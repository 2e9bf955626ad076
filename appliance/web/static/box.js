/** Box: health, the model, settings and where each comes from, versions, the log, restart and power. */

import { get, post } from "./api.js";
import * as backup from "./backup.js";
import { byId, el, put, say } from "./dom.js";
import * as guests from "./guests.js";
import * as keys from "./keys.js";
import * as settings from "./settings.js";
import { areYouSure, attempt, tell } from "./talk.js";
import { span } from "./words.js";

export function begin() {
  keys.begin();
  guests.begin();
  backup.begin();
  settings.begin();
  byId("restart").addEventListener("click", () =>
    ask("Restart Moodbox?", "The music stops for a few seconds. Nothing is lost.", "Restart", "/api/restart", {}),
  );
  byId("reboot").addEventListener("click", () =>
    ask("Restart the machine?", "The box is away for about a minute. Nothing is lost.", "Restart", "/api/power", {
      verb: "restart",
    }),
  );
  byId("power-off").addEventListener("click", () =>
    ask(
      "Power off?",
      "The music ends. To turn the box on again, unplug it and plug it in.",
      "Power off",
      "/api/power",
      { verb: "off" },
    ),
  );
}

async function ask(title, text, yes, path, body) {
  if (await areYouSure(title, text, yes))
    await attempt(() => post(path, body), "As you wish. This page comes back when the box does.");
}

export async function enter() {
  keys.load();
  guests.load();
  settings.load();
  try {
    show(await get("/api/box"));
  } catch (error) {
    tell(error.message);
  }
}

function show(box) {
  put(byId("health"), gathered(box.health).map(healthRow));
  showModel(box.model);
  showSettings(box.settings);
  showLog(box.log);
  const versions = Object.entries({
    ...box.versions,
    "up for": typeof box.uptime === "number" ? span(box.uptime) : box.uptime,
  });
  put(
    byId("versions"),
    versions.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, String(value ?? "–"))]),
  );
}

/** What is well of one part stands on one line. */
function gathered(health) {
  const lines = [];
  for (const each of health) {
    const last = lines.at(-1);
    if (each.ok && last?.ok && last.name === each.name) last.text += ` · ${each.text}`;
    else lines.push({ ...each });
  }
  return lines;
}

/** `ok` is true, false, or null for something worth knowing that is no fault. */
function healthRow({ name, ok, text }) {
  const [mark, kind, words] = ok
    ? ["✓", "", "well"]
    : ok === false
      ? ["!", "bad", "not well"]
      : ["–", "aside", "no fault"];
  return el(
    "li",
    {},
    el("span", { class: `ok-mark ${kind}`, "aria-hidden": "true" }, mark),
    el(
      "div",
      { class: "grow" },
      el("p", {}, el("strong", {}, name), el("span", { class: "spoken" }, `: ${words}`)),
      el("p", { class: "soft small" }, text),
    ),
  );
}

function showModel(model) {
  const known = model?.versions ?? [];
  const rows = known.map((version) =>
    el(
      "li",
      {},
      el(
        "div",
        { class: "grow" },
        el("p", {}, version.id),
        version.failed ? el("p", { class: "problem small" }, version.failed) : null,
      ),
      pill(version),
    ),
  );
  put(
    byId("model"),
    el("p", { class: "soft" }, model?.name ? `${model.name}; faces are found by ${model.detector}.` : "Not known yet."),
    rows.length ? el("ul", { class: "rows" }, rows) : null,
    el(
      "div",
      { class: "row" },
      known.some((version) => version.previous)
        ? modelButton("rollback", "Back to the one before", "The model before this one is taken into force.")
        : null,
      modelButton("latest", "Use the latest", "The latest model that the box has is taken into force."),
    ),
  );
}

function pill({ in_force: inForce, on_trial: onTrial, previous }) {
  const words = [inForce ? "in force" : previous ? "the one before" : "", onTrial ? "on trial" : ""]
    .filter(Boolean)
    .join(", ");
  return words ? el("span", { class: "pill" }, words) : null;
}

function modelButton(verb, words, meaning) {
  return el(
    "button",
    {
      type: "button",
      onclick: async () => {
        if (
          (await areYouSure(`${words}?`, meaning, "Do it")) &&
          (await attempt(() => post("/api/model", { do: verb }), "As you wish. It takes a few seconds."))
        )
          setTimeout(enter, 3000);
      },
    },
    words,
  );
}

/** One table for each part of the settings. */
function showSettings(settings) {
  const parts = new Map();
  for (const setting of settings) {
    const [part] = setting.key.split(".");
    parts.set(part, [...(parts.get(part) ?? []), setting]);
  }
  put(
    byId("settings"),
    [...parts].map(([part, rows]) =>
      el(
        "table",
        { class: "settings-table" },
        el("caption", {}, part),
        el(
          "thead",
          { class: "spoken" },
          el(
            "tr",
            {},
            ["key", "value", "from"].map((head) => el("th", { scope: "col" }, head)),
          ),
        ),
        el(
          "tbody",
          {},
          rows.map(({ key, value, source }) =>
            el(
              "tr",
              {},
              el("th", { scope: "row" }, key.slice(part.length + 1) || key),
              el("td", {}, wordOf(value)),
              el("td", {}, source),
            ),
          ),
        ),
      ),
    ),
  );
}

function wordOf(value) {
  if (value === true) return "yes";
  if (value === false) return "no";
  return value === "" || value === null ? "–" : String(value);
}

/** The newest line is below: scroll there, unless the owner reads further up. */
function showLog(lines) {
  const log = byId("log");
  const below = log.scrollTop + log.clientHeight >= log.scrollHeight - 30;
  say(log, lines.length ? lines.join("\n") : "The log is empty, or cannot be read here.");
  if (below) log.scrollTop = log.scrollHeight;
}
