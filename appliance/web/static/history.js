/** History: a day, a week or a month as a drawing, with what played; export and erase. */

import { get, remove } from "./api.js";
import { segment } from "./choices.js";
import { byId, el, meter, put, say } from "./dom.js";
import { mark } from "./marks.js";
import * as learned from "./learned.js";
import { areYouSure, attempt, tell } from "./talk.js";
import * as timeline from "./timeline.js";
import { LOCALE, date as dateWord, moment, moodWord, number, percent, t, titleOf } from "./words.js";

const PERIODS = { day: t("Day"), week: t("Week"), month: t("Month") };
const FEW = 8;

let period = "day";
let date = new Date();
let found = null;
let asked = 0;

export function begin() {
  put(
    byId("period"),
    Object.entries(PERIODS).map(([value, words]) => segment("period", value, words)),
  );
  byId("period").querySelector("input").checked = true;
  byId("period").addEventListener("change", (event) => {
    period = event.target.value;
    load();
  });
  byId("date-back").addEventListener("click", () => step(-1));
  byId("date-on").addEventListener("click", () => step(1));
  byId("plays-more").addEventListener("click", () => showPlays(found.plays.length));
  byId("history-erase").addEventListener("click", erase);
  timeline.begin(byId("timeline"), byId("timeline-told"));
  learned.begin();
}

export function enter() {
  date = new Date();
  refresh();
}

export function refresh() {
  load();
  learned.load();
}

function step(by) {
  const month = period === "month";
  date = new Date(
    date.getFullYear(),
    date.getMonth() + (month ? by : 0),
    month ? 1 : date.getDate() + by * (period === "week" ? 7 : 1),
  );
  load();
}

const isoDate = (day) =>
  `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}-${String(day.getDate()).padStart(2, "0")}`;

/** Only the answer to the last question is shown. */
async function load() {
  const mine = ++asked;
  byId("timeline").setAttribute("aria-busy", "true");
  try {
    const answer = await get(`/api/history?period=${period}&date=${isoDate(date)}&drawn=1`);
    if (mine !== asked) return;
    found = answer;
    show();
  } catch (error) {
    tell(error.message);
  }
  for (const name of ["timeline", "history"]) byId(name).removeAttribute("aria-busy");
}

function show() {
  const [from, to] = [new Date(found.from), new Date(found.to)];
  say(byId("date-words"), dateWords(from, to));
  byId("date-on").disabled = to > new Date();
  timeline.show(period, from, to, found);
  put(byId("shares"), shares());
  showPlays(FEW);
  byId("week-picture").hidden = period !== "week";
  byId("week-picture").href = `/api/history/week.svg?date=${isoDate(date)}`;
}

function dateWords(from, to) {
  const last = new Date(to.getTime() - 1);
  if (period === "month") return dateWord(from, { month: "long", year: "numeric" });
  if (period === "week") return new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short" }).formatRange(from, last);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(from).setHours(0, 0, 0, 0)) / 864e5);
  return [t("Today"), t("Yesterday")][days] ?? dateWord(from, { weekday: "short", day: "numeric", month: "short" });
}

/** How long each mood lasted, of the time in which someone was there. */
function shares() {
  const seconds = {};
  for (const { at, until, mood } of found.moods) {
    if (mood !== "nobody") seconds[mood] = (seconds[mood] ?? 0) + (new Date(until ?? Date.now()) - new Date(at)) / 1000;
  }
  const all = Object.values(seconds).reduce((sum, each) => sum + each, 0);
  const inHours = Math.max(0, ...Object.values(seconds)) >= 3600;
  const inUnit = (each) =>
    inHours ? t("{hours} h", { hours: number(each / 3600, 1) }) : t("{count} min", { count: Math.round(each / 60) });
  return Object.entries(seconds)
    .sort((a, b) => b[1] - a[1])
    .map(([mood, each]) =>
      el(
        "div",
        { class: "share" },
        mark(mood),
        el("span", {}, moodWord(mood)),
        meter(all ? each / all : 0, t("Share of {mood}", { mood: moodWord(mood) }), mood),
        el("span", { class: "numbers soft small" }, inUnit(each)),
      ),
    );
}

function showPlays(count) {
  const plays = [...found.plays].reverse();
  const shown = plays
    .slice(0, count)
    .map((play) =>
      el(
        "li",
        {},
        mark(play.emotion),
        el(
          "div",
          { class: "grow" },
          el("p", {}, el("strong", {}, el("bdi", {}, titleOf(play.file)))),
          el("p", { class: "soft small" }, [play.why ?? t("queued by hand"), skipped(play)].filter(Boolean).join(" · ")),
        ),
        el("p", { class: "soft small numbers" }, moment(play.at)),
      ),
    );
  put(byId("plays"), shown.length ? shown : el("li", { class: "soft" }, t("Nothing played in this time.")));
  byId("plays-more").hidden = plays.length <= count;
  const words =
    found.played > plays.length ? t("Show the newest {count} of {all}", { count: plays.length, all: found.played }) : t("Show all {count}", { count: plays.length });
  say(byId("plays-more"), words);
}

function skipped({ heard }) {
  return heard === null || heard === undefined || heard >= 0.99 ? "" : t("skipped after {share}", { share: percent(heard) });
}

async function erase() {
  const yes = await areYouSure(
    t("Erase the history?"),
    t("Every mood, song and correction that the box has kept is erased. This cannot be taken back."),
    t("Erase everything"),
  );
  if (yes && (await attempt(() => remove("/api/history"), t("The history is erased.")))) enter();
}
