/** The vocabulary: emotions and how they are shown, and numbers as people say them. */

import { EMOJI as FACES, NAMES, UNPLEASANT } from "./emotions.js";
export { ANGLES, CHOICES, ORIGIN } from "./emotions.js";

const TAG = document.documentElement.lang;
/** The reader's language, of their own region if the browser names it: for dates and numbers. */
export const LOCALE = navigator.languages.find((each) => each.split("-")[0] === TAG.split("-")[0]) ?? TAG;

/**
 * A text with its values: `{name}` in it stands for one. The box exchanges the literal for the reader's language as it
 * sends the page (`translated.py`), so it must be a plain "text".
 */
export const t = (text, values = {}) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

const rules = new Intl.PluralRules(TAG);

/** The same for a text that depends on a count, which stands as `{count}` in it. */
export const tn = (one, many, count, values = {}) => t(rules.select(count) === "one" ? one : many, { count: number(count), ...values });

export const EMOJI = { ...FACES, unsure: "🤔", nobody: "🌙", auto: "📷" };

const MOOD_WORDS = { ...NAMES, auto: t("auto"), unsure: t("unsure"), nobody: t("nobody here") };
export const moodWord = (mood) => MOOD_WORDS[mood] ?? mood;

/** "a, b and c" */
const listed = (words) => new Intl.ListFormat(TAG === "en" ? "en-GB" : TAG).format(words);

const [HAPPY, UNHAPPY] = [moodWord("happy"), listed(UNPLEASANT.map(moodWord))];
export const POLICIES = {
  match: t("Plays the folder of the mood itself."),
  cheer: t("Answers {moods} with {happy} at once.", { moods: UNHAPPY, happy: HAPPY }),
  lift: t("Keeps you company first, then steps towards {happy} over a few songs.", { happy: HAPPY }),
  journey: t("Leads from your mood to {happy}, each song like the one before it.", { happy: HAPPY }),
};
const POLICY_WORDS = { match: t("match"), cheer: t("cheer"), lift: t("lift"), journey: t("journey") };
export const policyWord = (policy) => POLICY_WORDS[policy] ?? policy;

/** A number with as many digits behind its point. */
export const number = (value, digits = 0) =>
  value.toLocaleString(LOCALE, { minimumFractionDigits: digits, maximumFractionDigits: digits });

export const percent = (value) => t("{number} %", { number: number(100 * value) });

/** A language by its own name. */
export const languageWord = (tag) => (tag === "auto" ? t("as the browser says") : new Intl.DisplayNames([tag], { type: "language" }).of(tag));

/** How sure: nobody is ever wholly. */
export const sureness = (value) => (value > 0.99 ? t("over {share}", { share: percent(0.99) }) : percent(value));

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
  if (seconds < 60) return t("{count} s", { count: Math.round(seconds) });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t("{count} min", { count: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return tn("{count} day", "{count} days", Math.round(hours / 24));
  return minutes % 60 ? t("{hours} h {minutes} min", { hours, minutes: minutes % 60 }) : t("{hours} h", { hours });
}

/** The time of day, with the day before it if that is not today. */
export function moment(iso) {
  const at = new Date(iso);
  const time = timeOfDay(at);
  if (at.toDateString() === new Date().toDateString()) return time;
  return t("{date}, {time}", { date: date(at, { weekday: "short", day: "numeric", month: "short" }), time });
}

export const timeOfDay = (at) => at.toLocaleTimeString(LOCALE, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** A day, with the parts that `options` name. */
export const date = (at, options) => at.toLocaleDateString(LOCALE, options);

export function bytes(count) {
  if (count < 1000) return tn("{count} byte", "{count} bytes", count);
  for (const [unit, size] of [
    ["kB", 1e3],
    ["MB", 1e6],
    ["GB", 1e9],
  ]) {
    if (count < 999.5 * size || unit === "GB") return `${number(count / size, count < 10 * size ? 1 : 0)} ${unit}`;
  }
  return "";
}

/** A file's name as a title: without folders and ending. */
export const titleOf = (file) =>
  file
    .split("/")
    .pop()
    .replace(/\.[A-Za-z0-9]{1,5}$/, "");
