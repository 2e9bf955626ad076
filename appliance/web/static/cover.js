/** A song's cover: the one that its file has, else one drawn of its mood and its name, the same each time. */

import { svg } from "./dom.js";

const none = new Set(); // files of which the box has said that they have no cover
const MOST = 500;

/** Put the cover of a song into `place`; `file` null for none. */
export function showCover(place, file, emotion) {
  const mood = emotion ?? "neutral";
  const wanted = `${file}|${mood}`;
  if (place.dataset.cover === wanted) return;
  place.dataset.cover = wanted;
  place.dataset.mood = mood;
  place.replaceChildren(drawnCover(file ?? ""));
  if (!file || none.has(file) || file.includes("://")) return;
  const picture = new Image();
  picture.alt = "";
  picture.decoding = "async";
  picture.onload = () => place.dataset.cover === wanted && place.replaceChildren(picture);
  picture.onerror = () => {
    if (none.size > MOST) none.clear();
    none.add(file);
  };
  picture.src = coverPath(file);
}

export const coverPath = (file) => `/api/cover?${new URLSearchParams({ file })}`;

/** Hills, waves or rings under a sun, by the numbers that a name makes. In the colour of the mood around it. */
export function drawnCover(name) {
  const next = numbers(name);
  const kind = [hills, rings, waves, stripes][Math.floor(4 * next())];
  return svg(
    "svg",
    { class: "drawn-cover", viewBox: "0 0 100 100", "aria-hidden": "true" },
    svg("rect", { class: "sky", width: 100, height: 100 }),
    kind(next),
  );
}

/** Numbers 0..1 that are the same for the same text (xorshift32, seeded by FNV-1a). */
function numbers(text) {
  let state = 2166136261;
  for (let at = 0; at < text.length; at += 1) state = Math.imul(state ^ text.charCodeAt(at), 16777619);
  state ||= 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
}

const shade = (number) => `tone-${1 + (number % 4)}`;

function hills(next) {
  const parts = [svg("circle", { class: "tone-4", cx: 20 + 60 * next(), cy: 22 + 20 * next(), r: 9 + 9 * next() })];
  for (let row = 0; row < 3; row += 1) {
    const [base, high] = [52 + 17 * row, 8 + 14 * next()];
    const peak = 15 + 70 * next();
    parts.push(
      svg("path", {
        class: shade(row),
        d: `M0 ${base}Q${peak / 2} ${base - high} ${peak} ${base - high / 2}T100 ${base}V100H0Z`,
      }),
    );
  }
  return parts;
}

function rings(next) {
  const [x, y] = [25 + 50 * next(), 25 + 50 * next()];
  return [78, 58, 40, 24, 11].map((radius, at) =>
    svg("circle", { class: shade(at), cx: x, cy: y, r: radius * (0.85 + 0.3 * next()) }),
  );
}

function waves(next) {
  return [0, 1, 2, 3, 4].map((row) => {
    const [y, high, from] = [14 + 19 * row, 4 + 9 * next(), -40 * next()];
    const humps = Array.from({ length: 8 }, (_, at) => `${at ? "t" : `q10 ${at % 2 ? high : -high} `}20 0`).join("");
    return svg("path", { class: shade(row), d: `M${from} ${y}${humps}V100H${from}Z` });
  });
}

function stripes(next) {
  const tilt = -35 + 70 * next();
  return svg(
    "g",
    { transform: `rotate(${tilt.toFixed(1)} 50 50)` },
    [0, 1, 2, 3, 4, 5].map((row) =>
      svg("rect", { class: shade(row), x: -30, y: -20 + 26 * row, width: 160, height: 6 + 18 * next() }),
    ),
  );
}
