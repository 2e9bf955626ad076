/** Now: the mood that was judged, how sure, who is there, what is amiss, and the camera's word. */

import { post } from "./api.js";
import { byId, el, put, say } from "./dom.js";
import { watch } from "./live.js";
import { showMark } from "./marks.js";
import { announce, attempt, tell } from "./talk.js";
import { moment, moodWord, sureness, t, tn } from "./words.js";

const SHOWN = 6000; // ms for which a judgement stands large

let told = "";
let amiss = "";
let camera = "starting";
let before = null;
let asked = 0;
let timer = 0;
let people = 0;
let latest = null;

export function begin() {
  byId("judge").addEventListener("click", judge);
  watch("faces", (faces) => {
    if (faces.length === people) return;
    people = faces.length;
    if (latest) showMood(latest);
  });
  watch("status", (status) => {
    latest = status;
    showCamera(status.vision);
    showMood(status);
    showJudgement(status);
    showTroubles(status.problems);
    before = status;
  });
  watch("lost", (is) => is && showCamera({ camera: "unknown", switch: "on" }));
}

function judge() {
  if (camera !== "open") return tell(t("The camera is not open, so there is nothing to judge by."));
  asked = performance.now();
  return attempt(() => post("/api/judge"), t("Judged by the last few seconds."));
}

const CAMERA = {
  open: t("camera open"),
  off: t("camera off"),
  failed: t("camera failed"),
  lost: t("camera lost"),
  starting: t("camera starting"),
  unknown: t("camera not known"),
};

/** The word is the lamp's: lit exactly while the camera is open and known to be. */
export const cameraWords = (vision) =>
  vision.switch === "off-by-button" ? t("camera off by its button") : CAMERA[vision.camera];

function showCamera(vision) {
  camera = vision.camera;
  byId("lamp").dataset.camera = camera;
  say(byId("camera-word"), cameraWords(vision));
}

function showMood(status) {
  const { mood, vision, override } = status;
  const named = !["unsure", "nobody"].includes(mood.mood);
  const mirror = byId("mirror");
  mirror.dataset.mood = mood.mood;
  mirror.classList.toggle("faded", vision.camera !== "open");
  showMark(byId("mood-face"), mood.mood);
  say(byId("mood-label"), labelOf(vision, override));
  say(byId("mood-word"), moodWord(mood.mood));
  say(byId("mood-more"), whoIsThere(status));
  say(byId("mood-since"), t("since {time}", { time: moment(mood.since) }));
  say(byId("mood-sure"), mood.told ? t("as you said") : named ? t("{share} sure", { share: sureness(mood.confidence) }) : whyNoMood(mood));
  byId("mood-sure").setAttribute("data-share", Math.round(100 * mood.confidence));
  speak(mood, status.player);
}

function labelOf(vision, override) {
  if (vision.camera === "off") return t("Before the camera closed");
  if (vision.camera !== "open") return t("When it last saw anything");
  return override === "auto" ? t("The mood") : t("The mood; you chose {mood}", { mood: moodWord(override) });
}

function whyNoMood({ mood, people: there }) {
  if (mood === "nobody") return t("the music plays on");
  return there ? t("no expression leads clearly") : t("too little seen yet");
}

function whoIsThere({ vision, room }) {
  if (vision.camera !== "open") return t("it is not looking now");
  if (people) return tn("{count} person in sight", "{count} people in sight", people);
  return room.someone ? t("someone is about") : t("nobody in sight");
}

/** A judgement has been made: it stands large for a moment, with the song that follows and why. */
function showJudgement(status) {
  const { mood, judging_since: since, next_judgement: next, player, now } = status;
  const due = before?.next_judgement && next && since !== before.judging_since && !mood.told;
  const inTime = due && new Date(since) > new Date(before.next_judgement) - 3000;
  if (!due || !(inTime || performance.now() - asked < 5000)) return;
  asked = 0;
  const named = !["unsure", "nobody"].includes(mood.mood);
  byId("verdict").dataset.mood = mood.mood;
  showMark(byId("verdict-face"), mood.mood);
  say(byId("verdict-word"), moodWord(mood.mood));
  const why = player.queue?.[0]?.why;
  const follows = now?.next ? `${t("Next: {title}", { title: now.next.title })}${why ? ` – ${why}` : ""}` : "";
  say(byId("verdict-song"), named && status.override === "auto" ? follows : player.file ? t("The music stays as it is.") : "");
  byId("verdict").hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => {
    byId("verdict").hidden = true;
  }, SHOWN);
}

/** A screen reader hears what changes, once, and not every look. */
function speak(mood, player) {
  const text = `${t("The mood is {mood}.", { mood: moodWord(mood.mood) })} ${player.title ? t("{title} plays.", { title: player.title }) : ""}`;
  if (told && text !== told) announce(text);
  told = text;
}

function showTroubles(problems) {
  if (problems.join("\n") === amiss) return;
  amiss = problems.join("\n");
  if (amiss) announce(`${t("Something is amiss")}: ${problems.join("; ")}`);
  byId("troubles").hidden = !amiss;
  put(
    byId("troubles-list"),
    problems.map((problem) => el("li", {}, problem)),
  );
}
