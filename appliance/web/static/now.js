/** Now: the mood, how sure, who is there, and the camera's word. */

import { post } from "./api.js";
import * as circumplex from "./circumplex.js";
import { byId, el, put, say, share } from "./dom.js";
import { watch } from "./live.js";
import { announce, attempt, tell } from "./talk.js";
import { EMOJI, moment, moodWord, plural, sureness } from "./words.js";

let told = "";
let worn = "";
let amiss = "";
let camera = "starting";

export function begin() {
  circumplex.begin(byId("circumplex"));
  byId("judge").addEventListener("click", judge);
  watch("status", (status) => {
    showCamera(status.vision);
    showMood(status);
    showTroubles(status.problems);
  });
}

function judge() {
  if (camera !== "open") return tell("The camera is not open, so there is nothing to judge by.");
  return attempt(() => post("/api/judge"), "The mood is being judged now.");
}

/** The word is the lamp's: lit exactly while the camera is open. */
export function cameraWords(vision) {
  if (vision.switch === "off-by-button") return "camera off by its button";
  return {
    open: "camera open",
    off: "camera off",
    failed: "camera failed",
    lost: "camera lost",
    starting: "camera starting",
  }[vision.camera];
}

function showCamera(vision) {
  camera = vision.camera;
  byId("lamp").dataset.camera = camera;
  say(byId("camera-word"), cameraWords(vision));
}

function showMood(status) {
  const { mood, vision, room, override } = status;
  const named = mood.mood in EMOJI && !["unsure", "nobody"].includes(mood.mood);
  const hero = byId("hero");
  hero.dataset.mood = mood.mood;
  hero.classList.toggle("faded", vision.camera !== "open");
  showEmoji(mood.mood);
  say(byId("mood-label"), labelOf(vision, override));
  say(byId("mood-word"), moodWord(mood.mood));
  say(byId("mood-more"), `${whoIsThere(vision, room)} · since ${moment(mood.since)}`);
  say(byId("mood-sure"), mood.told ? "as you said" : named ? `${sureness(mood.confidence)} sure` : whyNoMood(mood));
  const meter = byId("mood-meter");
  meter.hidden = !named || mood.told;
  meter.setAttribute("aria-valuenow", Math.round(100 * mood.confidence));
  share(meter, mood.confidence);
  circumplex.show(mood);
  speak(mood, status.player);
}

function showEmoji(mood) {
  const emoji = byId("mood-emoji");
  say(emoji, EMOJI[mood]);
  if (worn && worn !== mood) {
    emoji.classList.remove("changed");
    requestAnimationFrame(() => emoji.classList.add("changed"));
  }
  worn = mood;
}

function labelOf(vision, override) {
  if (vision.camera === "off") return "Before the camera closed";
  if (vision.camera !== "open") return "When it last saw anything";
  return override === "auto" ? "In the room" : `In the room; you chose ${override}`;
}

function whyNoMood({ mood, people }) {
  if (mood === "nobody") return "The music plays on as it was.";
  return people
    ? "No expression leads clearly, so the music stays as it is."
    : "Too little has been seen yet to tell, so the music stays as it is.";
}

function whoIsThere(vision, room) {
  if (vision.camera !== "open") return "it is not looking now";
  const faces = vision.faces.length;
  if (faces) return `${plural(faces, "person", "people")} in sight`;
  return room.someone ? "someone is about" : "nobody in sight";
}

/** A screen reader hears what changes, once, and not every look. */
function speak(mood, player) {
  const text = `The mood is ${moodWord(mood.mood)}. ${player.title ? `${player.title} plays.` : ""}`;
  if (told && text !== told) announce(text);
  told = text;
}

function showTroubles(problems) {
  if (problems.join("\n") === amiss) return;
  amiss = problems.join("\n");
  if (amiss) announce(`Something is amiss: ${problems.join("; ")}`);
  byId("troubles").hidden = !amiss;
  put(
    byId("troubles-list"),
    problems.map((problem) => el("li", {}, problem)),
  );
}
