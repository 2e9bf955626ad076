/** The guests' page: Now, the next song, and the mood to play by. */

import { post, remove } from "./api.js";
import { chip } from "./choices.js";
import { showCover } from "./cover.js";
import { byId, put, say, set } from "./dom.js";
import * as live from "./live.js";
import { showMark } from "./marks.js";
import * as mirror from "./mirror.js";
import { cameraWords } from "./now.js";
import * as queue from "./queue.js";
import * as talk from "./talk.js";
import { CHOICES, moodWord, t, titleOf } from "./words.js";

const SETTLES = 1500; // ms in which a choice stays as the guest made it
const TEXTS = {
  "now-title": t("You are a guest of this Moodbox"),
  "mood-label": t("The mood"),
  skip: t("Next song"),
  "why-title": t("Why this song"),
  "next-title": t("What comes next"),
  "queue-none": t("Nothing is queued yet."),
  "override-title": t("What to play by"),
  "guest-hint": t("Faces are drawn from numbers; there is never a picture. Whoever let you in sees in the log what you choose."),
  leave: t("Leave"),
};

let held = 0;

function show(status) {
  const { mood, vision, override, player, now } = status;
  byId("lamp").dataset.camera = vision.camera;
  say(byId("camera-word"), cameraWords(vision));
  byId("mirror").dataset.mood = mood.mood;
  byId("mirror").classList.toggle("faded", vision.camera !== "open");
  showMark(byId("mood-face"), mood.mood);
  say(byId("mood-word"), moodWord(mood.mood));
  const lost = player.state === "lost";
  say(byId("song-title"), player.file ? player.title || titleOf(player.file) : t("Nothing plays"));
  say(byId("song-artist"), [player.artist, player.album].filter(Boolean).join(" · "));
  showCover(byId("song-cover"), player.file, player.emotion);
  say(byId("why"), now?.sentence ?? "");
  set(byId("skip"), { disabled: lost });
  const chosen = document.querySelector(`input[name="override"][value="${override}"]`);
  if (chosen && performance.now() > held) set(chosen, { checked: true });
}

for (const [id, text] of Object.entries(TEXTS)) say(byId(id), text);
put(
  byId("override"),
  chip("auto", moodWord("auto")),
  CHOICES.map((emotion) => chip(emotion, moodWord(emotion))),
);
byId("override").addEventListener("change", (event) => {
  held = performance.now() + SETTLES;
  talk.attempt(() => post("/api/override", { emotion: event.target.value }));
});
byId("skip").addEventListener("click", () => talk.attempt(() => post("/api/skip"), t("The next song comes.")));
byId("leave").addEventListener("click", async () => {
  if (await talk.attempt(() => remove("/api/session"))) location.reload();
});
for (const part of [talk, mirror, queue]) part.begin();
live.watch("status", show);
live.watch("lost", (is) => {
  if (!is) return;
  byId("lamp").dataset.camera = "unknown";
  say(byId("camera-word"), cameraWords({ camera: "unknown", switch: "on" }));
});
live.start();
