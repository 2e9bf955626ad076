/** The drawing of one day. A drawing has a height, parts, and `find`, which tells the time that lies at a place in it. */

import { svg } from "./dom.js";
import { CHOICES, moodWord, t } from "./words.js";

const HOUR = 36e5;
const LANES = [...CHOICES, "unsure"];
const LANE = 24;
const GUTTER = 64;
export const NEAR = 12; // pixels around a finger

/** The part of the day in which something happened, in whole hours and at least three. */
function hours(shown) {
  const times = [...shown.moods.flatMap((mood) => [mood.start, mood.end]), ...shown.plays].filter(
    (time) => time >= shown.from && time <= shown.to,
  );
  if (!times.length) return [shown.from, shown.to];
  let first = Math.floor((Math.min(...times) - shown.from) / HOUR);
  let last = Math.ceil((Math.max(...times) - shown.from) / HOUR);
  while (last - first < 3) {
    if (first > 0) first -= 1;
    else last += 1;
  }
  return [shown.from + first * HOUR, shown.from + last * HOUR];
}

/** A day in lanes: one for each mood, then the people, then the songs. */
export function day(shown, width) {
  const [start, end] = hours(shown);
  const left = GUTTER;
  const x = (time) => left + ((Math.max(start, Math.min(end, time)) - start) / (end - start)) * (width - left - 8);
  const bottom = LANES.length * LANE;
  const people = bottom + 14;
  const height = people + 62;
  const step = [1, 2, 3, 4, 6].find((each) => ((end - start) / HOUR / each) * 52 <= width - left) ?? 6;
  const parts = [];
  for (let time = start; time <= end; time += step * HOUR) {
    parts.push(
      svg("path", { class: "grid", d: `M${x(time)} 4V${people + 40}` }),
      svg(
        "text",
        { class: "tick", x: Math.min(x(time), width - 16), y: height - 4 },
        `${new Date(time).getHours()}:00`,
      ),
    );
  }
  LANES.forEach((mood, lane) =>
    parts.push(
      svg("text", { class: "lane", x: 0, y: lane * LANE + LANE / 2 }, moodWord(mood)),
      svg("rect", { class: "ground", x: left, y: lane * LANE + 10, width: width - left - 8, height: 4, rx: 2 }),
    ),
  );
  for (const mood of shown.moods) {
    const lane = LANES.indexOf(mood.mood);
    if (lane >= 0) parts.push(bar(mood, x(mood.start), lane * LANE + 4, x(mood.end) - x(mood.start), LANE - 8));
  }
  parts.push(
    svg("text", { class: "lane", x: 0, y: people + 14 }, t("people")),
    ...crowd(shown, x, people),
    svg("text", { class: "lane", x: 0, y: people + 35 }, t("songs")),
  );
  for (const time of shown.plays) parts.push(svg("circle", { class: "play", cx: x(time), cy: people + 35, r: 3 }));
  for (const time of shown.corrections)
    parts.push(svg("circle", { class: "corrected", cx: x(time), cy: 5, r: 4 }, svg("title", {}, t("corrected"))));
  if (!shown.moods.length)
    parts.push(
      svg(
        "text",
        { class: "empty", x: left + (width - left) / 2, y: bottom / 2 - 6 },
        t("No mood was judged on this day"),
      ),
    );
  const find = (atX, atY) => ({
    time: start + ((atX - left) / (width - left - 8)) * (end - start),
    reach: (NEAR * (end - start)) / width,
    lane: LANES[Math.floor(atY / LANE)],
  });
  return { height, parts, find };
}

/** How many people were there: a step for each mood. */
function crowd(shown, x, top) {
  const most = Math.max(1, ...shown.moods.map((mood) => mood.people));
  return shown.moods
    .filter((mood) => mood.people > 0)
    .map((mood) => {
      const height = (22 * mood.people) / most;
      return svg("rect", {
        class: "people-ground people",
        x: x(mood.start),
        y: top + 24 - height,
        width: Math.max(2, x(mood.end) - x(mood.start)),
        height,
      });
    });
}

/** A stretch of time with one mood. */
export function bar(mood, x, y, width, height) {
  return svg("rect", {
    class: "mood",
    "data-mood": mood.mood,
    "data-start": mood.start,
    x,
    y,
    width: Math.max(2, width),
    height,
    rx: Math.min(4, height / 2),
  });
}
