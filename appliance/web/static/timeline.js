/** The drawn timeline: a day in lanes, one for each mood; a week or a month as one ribbon for each day. */

import { el, put, say, svg } from "./dom.js";
import { day } from "./lanes.js";
import { days } from "./ribbons.js";
import { moment, moodWord, span, sureness, t, tn } from "./words.js";

let figure, words;
let shown = null;

export function begin(where, told) {
  [figure, words] = [where, told];
  let width = 0;
  new ResizeObserver(([entry]) => {
    if (shown && Math.abs(entry.contentRect.width - width) > 1) draw();
    width = entry.contentRect.width;
  }).observe(figure);
}

/** `found` is the box's answer: moods, plays and corrections between two dates. */
export function show(period, from, to, found) {
  const time = (iso) => (iso ? new Date(iso).getTime() : Date.now());
  shown = {
    period,
    from: from.getTime(),
    to: to.getTime(),
    moods: found.moods.map((mood) => ({
      ...mood,
      start: time(mood.at),
      end: Math.max(time(mood.until), time(mood.at)),
    })),
    played: found.played,
    plays: found.plays.map((play) => time(play.at)),
    corrections: found.corrections.map((correction) => time(correction.at)),
  };
  say(words, found.moods.length ? t("Touch a piece of the drawing to read it.") : "");
  draw();
}

function draw() {
  const width = Math.max(280, figure.clientWidth);
  const drawing = shown.period === "day" ? day(shown, width) : days(shown, width);
  put(figure, canvas(width, drawing), shown.moods.length ? [shown.period === "day" ? null : legend(), table()] : null);
}

function canvas(width, { height, parts, find }) {
  const drawing = svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": summary() },
    parts,
  );
  drawing.addEventListener("click", (event) => {
    const frame = drawing.getBoundingClientRect();
    const place = [(event.clientX - frame.left) / frame.width, (event.clientY - frame.top) / frame.height];
    choose(nearest(find(place[0] * width, place[1] * height)));
  });
  return drawing;
}

/** The mood that was meant by a finger: one that is about there, best in the lane touched, the longest of several. */
function nearest({ time, reach, lane }) {
  const near = shown.moods.filter((mood) => mood.start <= time + reach && mood.end >= time - reach);
  const inLane = near.filter((mood) => mood.mood === lane);
  return (inLane.length ? inLane : near).sort((a, b) => b.end - b.start - (a.end - a.start))[0];
}

function choose(mood) {
  if (!mood) return;
  for (const node of figure.querySelectorAll(".mood"))
    node.classList.toggle("chosen", node.dataset.start === String(mood.start));
  say(words, told(mood));
}

/** Only an emotion is sure: how sure nobody is of nobody says nothing. */
const named = ({ mood, confidence }) => confidence > 0 && !["nobody", "unsure"].includes(mood);

function summary() {
  const { moods, plays, corrections } = shown;
  if (!moods.length) return t("No moods were judged in this time");
  const songs = shown.period === "day" ? plays.length : shown.played;
  return t("{moods}, {songs} and {corrections}; the table below has the moods in words", {
    moods: tn("{count} mood", "{count} moods", moods.length),
    songs: tn("{count} song", "{count} songs", songs),
    corrections: tn("{count} correction", "{count} corrections", corrections.length),
  });
}

function told(mood) {
  const plays = shown.plays.filter((time) => time >= mood.start && time < mood.end).length;
  const parts = [
    moodWord(mood.mood),
    named(mood) && t("{share} sure", { share: sureness(mood.confidence) }),
    t("for {time}", { time: span((mood.end - mood.start) / 1000) }),
    mood.mood !== "nobody" && tn("{count} person", "{count} people", mood.people),
    shown.period === "day" && tn("{count} song began", "{count} songs began", plays),
  ];
  return t("{time}: {what}", { time: moment(mood.start), what: parts.filter(Boolean).join(" · ") });
}

/** Which colour is which mood, of those in the drawing. */
function legend() {
  const there = [...new Set(shown.moods.map((mood) => mood.mood))].filter((mood) => mood !== "nobody");
  return el(
    "ul",
    { class: "legend small", "aria-label": t("Colours") },
    there.map((mood) => el("li", {}, el("span", { class: "legend-colour", "data-mood": mood }), moodWord(mood))),
  );
}

/** The drawing in words, for whoever cannot see or touch it; made when it is wanted, for a month is long. */
function table() {
  const details = el("details", {}, el("summary", { class: "small" }, t("As a table")));
  details.addEventListener("toggle", () => details.append(wordsOf(shown.moods)), { once: true });
  return details;
}

const MOST = 300; // rows of the table: the newest; the downloads have them all

function wordsOf(all) {
  const moods = all.slice(-MOST);
  const head = [t("from"), t("mood"), t("sure"), t("people"), t("for")].map((word) => el("th", { scope: "col" }, word));
  const rows = moods.map(({ start, end, mood, confidence, people }) => {
    const cells = [
      moment(start),
      moodWord(mood),
      named({ mood, confidence }) ? sureness(confidence) : "–",
      people,
      span((end - start) / 1000),
    ];
    return el(
      "tr",
      {},
      cells.map((text) => el("td", {}, String(text))),
    );
  });
  const body = el("tbody", {}, rows);
  return el("table", { class: "settings-table numbers" }, el("thead", {}, el("tr", {}, head)), body);
}
