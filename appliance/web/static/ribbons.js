/** The drawing of a week or a month, as `lanes.js` has it of a day. */

import { svg } from "./dom.js";
import { NEAR, bar } from "./lanes.js";
import { date } from "./words.js";

const DAY = 864e5;
const GUTTER = { week: 58, month: 34 };

/** A week or a month: one ribbon for each day. */
export function days(shown, width) {
  const left = GUTTER[shown.period];
  const room = width - left - 8;
  const row = shown.period === "week" ? 34 : 18;
  const starts = [];
  for (
    let at = new Date(shown.from);
    at.getTime() < shown.to;
    at = new Date(at.getFullYear(), at.getMonth(), at.getDate() + 1)
  )
    starts.push(at.getTime());
  const height = starts.length * row + 22;
  const parts = [];
  starts.forEach((start, number) => {
    const [end, y] = [start + DAY, number * row];
    const x = (time) => left + ((Math.max(start, Math.min(end, time)) - start) / DAY) * room;
    parts.push(
      svg("text", { class: "row-word", x: 0, y: y + row / 2 }, rowWord(shown.period, new Date(start))),
      svg("rect", { class: "ground", x: left, y: y + 2, width: room, height: row - 4, rx: 4 }),
    );
    for (const mood of shown.moods) {
      if (mood.mood !== "nobody" && mood.end > start && mood.start < end)
        parts.push(bar(mood, x(mood.start), y + 2, x(mood.end) - x(mood.start), row - 4));
    }
    for (const time of shown.corrections) {
      if (time >= start && time < end)
        parts.push(svg("circle", { class: "corrected", cx: x(time), cy: y + row / 2, r: 3.5 }));
    }
  });
  for (const hour of [0, 6, 12, 18, 24]) {
    const at = left + (hour / 24) * room;
    parts.push(
      svg("path", { class: "grid", d: `M${at} 0V${height - 20}` }),
      svg("text", { class: "tick", x: Math.min(at, width - 14), y: height - 5 }, String(hour)),
    );
  }
  const find = (atX, atY) => ({
    time: starts[Math.min(starts.length - 1, Math.floor(atY / row))] + ((atX - left) / room) * DAY,
    reach: (NEAR * DAY) / width,
  });
  return { height, parts, find };
}

function rowWord(period, start) {
  return period === "week" ? date(start, { weekday: "short", day: "numeric" }) : String(start.getDate());
}
