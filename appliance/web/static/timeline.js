/** The drawn timeline: a day in lanes, one for each mood; a week or a month as one ribbon for each day. */

import { el, put, say, svg } from "./dom.js";
import { CHOICES, EMOJI, moment, moodWord, percent, plural, span } from "./words.js";

const HOUR = 36e5;
const DAY = 24 * HOUR;
const LANES = [...CHOICES, "unsure"];
const LANE = 24;
const NEAR = 12; // pixels around a finger
const GUTTER = { day: 34, week: 58, month: 34 };

let figure, words, shown = null;

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
    period, from: from.getTime(), to: to.getTime(), found,
    moods: found.moods.map((mood) => ({ ...mood, start: time(mood.at), end: Math.max(time(mood.until), time(mood.at)) })),
    plays: found.plays.map((play) => time(play.at)),
    corrections: found.corrections.map((correction) => time(correction.at)),
  };
  say(words, found.moods.length ? "Touch a piece of the drawing to read it." : "");
  draw();
}

function draw() {
  const width = Math.max(280, figure.clientWidth);
  const drawing = shown.period === "day" ? day(width) : days(width);
  put(figure, drawing, shown.moods.length ? table() : null);
}

/** `find` tells the mood at a place in the drawing. */
function canvas(width, height, parts, find) {
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": summary() }, parts);
  drawing.addEventListener("click", (event) => {
    const frame = drawing.getBoundingClientRect();
    choose(find(((event.clientX - frame.left) * width) / frame.width, ((event.clientY - frame.top) * height) / frame.height));
  });
  return drawing;
}

/** The mood that was meant by a finger: one that is about there, best in the lane touched, the longest of several. */
function nearest(time, reach, lane) {
  const near = shown.moods.filter((mood) => mood.start <= time + reach && mood.end >= time - reach);
  const inLane = near.filter((mood) => mood.mood === lane);
  return (inLane.length ? inLane : near).sort((a, b) => b.end - b.start - (a.end - a.start))[0];
}

function choose(mood) {
  if (!mood) return;
  for (const node of figure.querySelectorAll(".mood")) node.classList.toggle("chosen", node.dataset.start === String(mood.start));
  say(words, told(mood));
}

function summary() {
  const { moods, plays, corrections } = shown;
  if (!moods.length) return "No moods were judged in this time";
  return `${plural(moods.length, "mood")}, ${plural(plays.length, "song")} and ${plural(corrections.length, "correction")}; the table below has the moods in words`;
}

// --- a day -------------------------------------------------------------------------------------------------------

/** The part of the day in which something happened, in whole hours and at least three. */
function hours() {
  const times = [...shown.moods.flatMap((mood) => [mood.start, mood.end]), ...shown.plays].filter((time) => time >= shown.from && time <= shown.to);
  if (!times.length) return [shown.from, shown.to];
  let first = Math.floor((Math.min(...times) - shown.from) / HOUR);
  let last = Math.ceil((Math.max(...times) - shown.from) / HOUR);
  while (last - first < 3) {
    if (first > 0) first -= 1;
    else last += 1;
  }
  return [shown.from + first * HOUR, shown.from + last * HOUR];
}

function day(width) {
  const [start, end] = hours();
  const left = GUTTER.day;
  const x = (time) => left + ((Math.max(start, Math.min(end, time)) - start) / (end - start)) * (width - left - 8);
  const bottom = LANES.length * LANE;
  const people = bottom + 14;
  const height = people + 62;
  const step = [1, 2, 3, 4, 6].find((each) => ((end - start) / HOUR / each) * 52 <= width - left) ?? 6;
  const parts = [];
  for (let time = start; time <= end; time += step * HOUR) {
    parts.push(svg("path", { class: "grid", d: `M${x(time)} 4V${people + 40}` }),
      svg("text", { class: "tick", x: Math.min(x(time), width - 16), y: height - 4 }, `${new Date(time).getHours()}:00`));
  }
  LANES.forEach((mood, lane) => parts.push(svg("text", { class: "lane", x: 14, y: lane * LANE + LANE / 2 }, EMOJI[mood]),
    svg("rect", { class: "ground", x: left, y: lane * LANE + 10, width: width - left - 8, height: 4, rx: 2 })));
  for (const mood of shown.moods) {
    const lane = LANES.indexOf(mood.mood);
    if (lane >= 0) parts.push(bar(mood, x(mood.start), lane * LANE + 4, x(mood.end) - x(mood.start), LANE - 8));
  }
  parts.push(svg("text", { class: "lane", x: 14, y: people + 14 }, "👥"), ...crowd(x, people), svg("text", { class: "lane", x: 14, y: people + 35 }, "♪"));
  for (const time of shown.plays) parts.push(svg("circle", { class: "play", cx: x(time), cy: people + 35, r: 3 }));
  for (const time of shown.corrections) parts.push(svg("circle", { class: "corrected", cx: x(time), cy: 5, r: 4 }, svg("title", {}, "corrected")));
  if (!shown.moods.length) parts.push(svg("text", { class: "empty", x: left + (width - left) / 2, y: bottom / 2 - 6 }, "No mood was judged on this day"));
  return canvas(width, height, parts, (atX, atY) => nearest(start + ((atX - left) / (width - left - 8)) * (end - start), (NEAR * (end - start)) / width, LANES[Math.floor(atY / LANE)]));
}

/** How many people were there: a step for each mood. */
function crowd(x, top) {
  const most = Math.max(1, ...shown.moods.map((mood) => mood.people));
  return shown.moods.filter((mood) => mood.people > 0).map((mood) => {
    const height = (22 * mood.people) / most;
    return svg("rect", { class: "people-ground people", x: x(mood.start), y: top + 24 - height, width: Math.max(2, x(mood.end) - x(mood.start)), height });
  });
}

// --- a week or a month -------------------------------------------------------------------------------------------

function days(width) {
  const left = GUTTER[shown.period];
  const room = width - left - 8;
  const row = shown.period === "week" ? 34 : 18;
  const starts = [];
  for (let at = new Date(shown.from); at.getTime() < shown.to; at = new Date(at.getFullYear(), at.getMonth(), at.getDate() + 1)) starts.push(at.getTime());
  const height = starts.length * row + 22;
  const parts = [];
  starts.forEach((start, number) => {
    const [end, y] = [start + DAY, number * row];
    const x = (time) => left + ((Math.max(start, Math.min(end, time)) - start) / DAY) * room;
    parts.push(svg("text", { class: "row-word", x: 0, y: y + row / 2 }, rowWord(new Date(start))),
      svg("rect", { class: "ground", x: left, y: y + 2, width: room, height: row - 4, rx: 4 }));
    for (const mood of shown.moods) {
      if (mood.mood !== "nobody" && mood.end > start && mood.start < end) parts.push(bar(mood, x(mood.start), y + 2, x(mood.end) - x(mood.start), row - 4));
    }
    for (const time of shown.corrections) {
      if (time >= start && time < end) parts.push(svg("circle", { class: "corrected", cx: x(time), cy: y + row / 2, r: 3.5 }));
    }
  });
  for (const hour of [0, 6, 12, 18, 24]) {
    const at = left + (hour / 24) * room;
    parts.push(svg("path", { class: "grid", d: `M${at} 0V${height - 20}` }), svg("text", { class: "tick", x: Math.min(at, width - 14), y: height - 5 }, String(hour)));
  }
  return canvas(width, height, parts, (atX, atY) => {
    const start = starts[Math.min(starts.length - 1, Math.floor(atY / row))];
    return nearest(start + ((atX - left) / room) * DAY, (NEAR * DAY) / width);
  });
}

function rowWord(start) {
  return shown.period === "week" ? start.toLocaleDateString([], { weekday: "short", day: "numeric" }) : String(start.getDate());
}

// --- both --------------------------------------------------------------------------------------------------------

function bar(mood, x, y, width, height) {
  return svg("rect", { class: "mood", "data-mood": mood.mood, "data-start": mood.start, x, y, width: Math.max(2, width), height, rx: Math.min(4, height / 2) });
}

function told(mood) {
  const plays = shown.plays.filter((time) => time >= mood.start && time < mood.end).length;
  const sure = mood.confidence ? `, ${percent(mood.confidence)} sure` : "";
  return `${moment(mood.start)}: ${moodWord(mood.mood)}${sure}, for ${span((mood.end - mood.start) / 1000)}, ${plural(mood.people, "person", "people")}; ${plural(plays, "song")} began.`;
}

/** The drawing in words, for whoever cannot see or touch it. */
function table() {
  const cells = (kind, ...texts) => el("tr", {}, texts.map((text) => el(kind, kind === "th" ? { scope: "col" } : {}, text)));
  const rows = shown.moods.map((mood) => cells("td", moment(mood.start), moodWord(mood.mood), mood.confidence ? percent(mood.confidence) : "–", String(mood.people), span((mood.end - mood.start) / 1000)));
  return el("details", {}, el("summary", { class: "small" }, "As a table"),
    el("table", { class: "settings-table numbers" }, el("thead", {}, cells("th", "from", "mood", "sure", "people", "for")), el("tbody", {}, rows)));
}
