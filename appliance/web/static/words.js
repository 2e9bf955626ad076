/** The vocabulary: emotions and how they are shown, and numbers as people say them. */

import { EMOJI as FACES, NAMES, UNPLEASANT } from "./emotions.js";
export { ANGLES, CHOICES, ORIGIN } from "./emotions.js";

/** The reader's words by their English ones; what is not in it is said in English. */
const CATALOGUE = {};

/** A text in the reader's language; `{name}` in it stands for a value. */
export const t = (text, values = {}) =>
  (CATALOGUE[text] ?? text).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

export const EMOJI = { ...FACES, unsure: "🤔", nobody: "🌙", auto: "📷" };

const MOOD_WORDS = { ...NAMES, unsure: "unsure", nobody: "nobody here" };
export const moodWord = (mood) => MOOD_WORDS[mood] ?? mood;

/** "a, b and c" */
const listed = (words) => words.join(", ").replace(/, (?=[^,]*$)/, " and ");

export const POLICIES = {
  match: "Plays the folder of the mood itself.",
  cheer: `Answers ${listed(UNPLEASANT.map(moodWord))} with ${moodWord("happy")} at once.`,
  lift: `Keeps you company first, then steps towards ${moodWord("happy")} over a few songs.`,
  journey: `Leads from your mood to ${moodWord("happy")}, each song like the one before it.`,
};

export const percent = (value) => `${Math.round(100 * value)} %`;

/** How sure: nobody is ever wholly. */
export const sureness = (value) => (value > 0.99 ? "over 99 %" : percent(value));

export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** 3:07, or 1:02:03. */
export function clockTime(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const rest = String(whole % 60).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes}:${rest}`
    : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}

/** "45 s", "5 min", "2 h 10 min", "3 days". */
export function span(seconds) {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ""}`;
  return plural(Math.round(minutes / 1440), "day");
}

/** The time of day, with the day before it if that is not today. */
export function moment(iso) {
  const at = new Date(iso);
  const time = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  if (at.toDateString() === new Date().toDateString()) return time;
  return `${at.toLocaleDateString([], { weekday: "short", day: "numeric", month: "short" })}, ${time}`;
}

export function bytes(count) {
  if (count < 1000) return plural(count, "byte");
  for (const [unit, size] of [
    ["kB", 1e3],
    ["MB", 1e6],
    ["GB", 1e9],
  ]) {
    if (count < 999.5 * size || unit === "GB") return `${(count / size).toFixed(count < 10 * size ? 1 : 0)} ${unit}`;
  }
  return "";
}

/** A file's name as a title: without folders and ending. */
export const titleOf = (file) =>
  file
    .split("/")
    .pop()
    .replace(/\.[A-Za-z0-9]{1,5}$/, "");
