/** Settings: each key of the owner's file as a row with its meaning, its value, where that comes from, and a way back. */

import { get, patch, post } from "./api.js";
import { byId, el, put } from "./dom.js";
import { entered, field } from "./field.js";
import * as outputs from "./outputs.js";
import { areYouSure, attempt, tell } from "./talk.js";
import { t } from "./words.js";

export function begin() {
  byId("settings-restart").addEventListener("click", async () => {
    if (await areYouSure(t("Restart Moodbox?"), t("The music stops for a few seconds. Nothing is lost."), t("Restart")))
      await attempt(() => post("/api/restart"), t("As you wish. This page comes back when the box does."));
  });
}

let sound = [];

/** `table` is a part of them that is to be unfolded, such as `music`. */
export async function load(table = "") {
  try {
    sound = await outputs.known();
    show(await get("/api/settings"), table);
  } catch (error) {
    tell(error.message);
  }
}

function show({ settings, tables, restart, problem }, wanted) {
  const open = new Set([...document.querySelectorAll("#box-settings details[open]")].map(({ id }) => id)).add(`settings-owner-${wanted}`);
  const focused = document.activeElement?.id;
  byId("settings-waiting").hidden = !restart && !problem;
  byId("settings-restart").hidden = !restart;
  put(
    byId("settings-waiting-text"),
    problem ? t("The settings file cannot be read: {problem}", { problem }) : t("What you have changed holds after a restart."),
  );
  const of = (level) => settings.filter((setting) => setting.about.level === level);
  for (const level of ["owner", "expert"]) put(byId(`settings-${level}`), groups(of(level), tables, level, open));
  if (focused?.startsWith("setting-")) (byId(focused) ?? byId(focused.replace(/-default$/, "")))?.focus();
}

function groups(settings, tables, level, open) {
  return Object.entries(tables)
    .map(([table, about]) => [table, about, settings.filter(({ about: { key } }) => key.startsWith(`${table}.`))])
    .filter(([, , rows]) => rows.length)
    .map(([table, about, rows]) =>
      unfolding(
        rows,
        { id: `settings-${level}-${table}`, open: open.has(`settings-${level}-${table}`) },
        el("summary", {}, el("h3", {}, headed(about))),
      ),
    );
}

/** What a table is about as a heading: without what stands in parentheses or behind a semicolon. */
const headed = (about) => about.charAt(0).toUpperCase() + about.slice(1).replace(/\s*[;(；（].*$|[.。]$/, "");

/** Rows that are made when they are first looked at. */
function unfolding(rows, attributes, summary) {
  const list = el("ul", { class: "rows" });
  const node = el("details", { ...attributes, ontoggle: () => node.open && !list.children.length && put(list, rows.map(row)) }, summary, list);
  if (attributes.open) put(list, rows.map(row));
  return node;
}

function row(setting) {
  const { about, value, source, file } = setting;
  const id = `setting-${about.key.replace(".", "-")}`;
  const now = file ?? (source === "chosen" ? value : undefined) ?? value;
  return el(
    "li",
    { class: "setting" },
    el(
      "div",
      { class: "grow" },
      el("label", { for: id }, about.name),
      about.description ? el("p", { class: "soft small", id: `${id}-about` }, about.description.replaceAll("`", "")) : null,
      el("p", { class: "soft small" }, origin(setting)),
    ),
    control(id, about, now),
    file === undefined || file === null
      ? null
      : el(
          "button",
          {
            type: "button",
            id: `${id}-default`,
            class: "bare",
            "aria-label": t("{setting}: back to the default", { setting: about.name }),
            onclick: () => change(about, null),
          },
          t("Default"),
        ),
  );
}

export const ORIGINS = {
  default: t("the default"),
  chosen: t("chosen since"),
  installation: t("set by the installation"),
  "command line": t("from the command line"),
};

function origin({ about, value, source, file }) {
  const waits = file !== undefined && file !== null && file !== value && source !== "chosen";
  return [
    t("In force: {value}, {origin}.", { value: wordOf(value), origin: ORIGINS[source] ?? t("from your file") }),
    waits && t("After a restart: {value}.", { value: wordOf(file) }),
    t("Default: {value}.", { value: wordOf(about.default) }),
  ]
    .filter(Boolean)
    .join(" ");
}

function wordOf(value) {
  if (value === true) return t("on");
  if (value === false) return t("off");
  return value === "" ? t("empty") : String(value);
}

function control(id, about, value) {
  const described = about.description ? `${id}-about` : null;
  if (about.key === "music.output")
    return el("div", { class: "row" }, outputs.choice(sound, id, described, (device) => change(about, device)), outputs.toneButton());
  return field(about, value, { id, "aria-describedby": described, onchange: (event) => change(about, entered(about, event.target)) });
}

/** Written at once; the box checks the file as a whole, and what it was before can be taken back for some seconds. */
async function change({ key, name }, value) {
  if (Number.isNaN(value)) return load();
  let answer;
  const done = await attempt(async () => {
    answer = await patch("/api/settings", { changes: { [key]: value } });
  });
  if (done && key === "box.language") return location.reload();
  if (done)
    tell(answer.restart ? t("{setting} is saved; it holds after a restart.", { setting: name }) : t("{setting} is saved.", { setting: name }), () =>
      attempt(() => patch("/api/settings", { changes: answer.was })).then(load),
    );
  return load();
}
