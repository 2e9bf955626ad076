/** Box: health, the model, settings and where each comes from, versions, the log, restart and power. */

import { get, post } from "./api.js";
import * as backup from "./backup.js";
import { byId, el, put, say } from "./dom.js";
import * as device from "./device.js";
import * as faces from "./faces.js";
import * as guests from "./guests.js";
import * as keys from "./keys.js";
import * as settings from "./settings.js";
import * as update from "./update.js";
import { areYouSure, attempt, tell } from "./talk.js";
import { span, t } from "./words.js";

export function begin() {
  keys.begin();
  faces.begin();
  guests.begin();
  backup.begin();
  settings.begin();
  update.begin();
  byId("restart").addEventListener("click", () =>
    ask(t("Restart Moodbox?"), t("The music stops for a few seconds. Nothing is lost."), t("Restart"), "/api/restart", {}),
  );
  byId("reboot").addEventListener("click", () =>
    ask(t("Restart the machine?"), t("The box is away for about a minute. Nothing is lost."), t("Restart"), "/api/power", {
      verb: "restart",
    }),
  );
  byId("power-off").addEventListener("click", () =>
    ask(
      t("Power off?"),
      t("The music ends. To turn the box on again, unplug it and plug it in."),
      t("Power off"),
      "/api/power",
      { verb: "off" },
    ),
  );
}

async function ask(title, text, yes, path, body) {
  if (await areYouSure(title, text, yes))
    await attempt(() => post(path, body), t("As you wish. This page comes back when the box does."));
}

/** `part` is what is to be unfolded, such as `settings/music`. */
export async function enter(part = "") {
  const [name, table] = part.split("/");
  const folded = byId(`box-${name}`);
  if (folded) folded.open = true;
  keys.load();
  faces.load();
  guests.load();
  device.load();
  settings.load(table);
  update.load();
  try {
    show(await get("/api/box"));
  } catch (error) {
    tell(error.message);
  }
}

/** The box is back, perhaps as another one than before. */
export const refresh = () => enter();

function show(box) {
  showHealth(gathered(box.health));
  showModel(box.model);
  showSettings(box.settings);
  showLog(box.log);
  const versions = Object.entries({
    ...box.versions,
    [t("up for")]: typeof box.uptime === "number" ? span(box.uptime) : box.uptime,
  });
  put(
    byId("versions"),
    versions.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, String(value ?? "–"))]),
  );
}

/** What is amiss stands open, what is well is folded. */
function showHealth(lines) {
  const amiss = lines.filter(({ ok }) => ok === false);
  say(byId("well-title"), amiss.length ? t("What is well") : t("All is well"));
  put(byId("health"), amiss.map(healthRow));
  put(byId("well"), lines.filter(({ ok }) => ok !== false).map(healthRow));
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
    ? ["✓", "", t("well")]
    : ok === false
      ? ["!", "bad", t("not well")]
      : ["–", "aside", t("no fault")];
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
    el("p", { class: "soft" }, model?.name ? t("{model}; faces are found by {detector}.", { model: model.name, detector: model.detector }) : t("Not known yet.")),
    rows.length ? el("ul", { class: "rows" }, rows) : null,
    el(
      "div",
      { class: "row" },
      known.some((version) => version.previous)
        ? modelButton("rollback", t("Back to the one before"), t("Go back to the one before?"), t("The model before this one is taken into force."))
        : null,
      modelButton("latest", t("Use the latest"), t("Use the latest model?"), t("The latest model that the box has is taken into force.")),
    ),
  );
}

function pill({ in_force: inForce, on_trial: onTrial, previous }) {
  const words = [inForce ? t("in force") : previous ? t("the one before") : "", onTrial ? t("on trial") : ""]
    .filter(Boolean)
    .join(", ");
  return words ? el("span", { class: "pill" }, words) : null;
}

function modelButton(verb, words, question, meaning) {
  return el(
    "button",
    {
      type: "button",
      onclick: async () => {
        if (
          (await areYouSure(question, meaning, t("Do it"))) &&
          (await attempt(() => post("/api/model", { do: verb }), t("As you wish. It takes a few seconds.")))
        )
          setTimeout(() => enter(), 3000);
      },
    },
    words,
  );
}

/** One table for each part of the settings, made when it is first looked at. */
function showSettings(all) {
  const card = byId("settings-card");
  card.ontoggle = () => card.open && tabulate(all);
  if (card.open) tabulate(all);
}

function tabulate(all) {
  const parts = new Map();
  for (const setting of all) {
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
            [t("key"), t("value"), t("origin")].map((head) => el("th", { scope: "col" }, head)),
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
              el("td", {}, settings.ORIGINS[source] ?? source),
            ),
          ),
        ),
      ),
    ),
  );
}

function wordOf(value) {
  if (value === true) return t("yes");
  if (value === false) return t("no");
  return value === "" || value === null ? "–" : String(value);
}

/** The newest line is below: scroll there, unless the owner reads further up. */
function showLog(lines) {
  const log = byId("log");
  const below = log.scrollTop + log.clientHeight >= log.scrollHeight - 30;
  say(log, lines.length ? lines.join("\n") : t("The log is empty, or cannot be read here."));
  if (below) log.scrollTop = log.scrollHeight;
}
