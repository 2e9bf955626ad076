/** "That's wrong": one tap says what the mood really was, or that the song does not fit. */

import { post } from "./api.js";
import { byId, el, put, say } from "./dom.js";
import { mark } from "./marks.js";
import { watch } from "./live.js";
import { notFitting } from "./player.js";
import { tell } from "./talk.js";
import { CHOICES, moodWord } from "./words.js";

let mood = { mood: "unsure", told: false };

export function begin() {
  const dialog = byId("wrong");
  put(
    byId("wrong-moods"),
    CHOICES.map((emotion) =>
      el(
        "button",
        { type: "button", "data-mood": emotion, value: emotion, onclick: () => correct(emotion) },
        mark(emotion),
        moodWord(emotion),
      ),
    ),
  );
  byId("wrong-open").addEventListener("click", open);
  byId("wrong-song").addEventListener("click", () => {
    dialog.close();
    notFitting();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  watch("status", (status) => {
    mood = status.mood;
    byId("wrong-song").disabled = !status.player.file || !status.player.emotion;
    if (dialog.open) show();
  });
}

function open() {
  byId("wrong-problem").hidden = true;
  show();
  byId("wrong").showModal();
}

function show() {
  say(byId("wrong-more"), whatItSaid());
  for (const button of byId("wrong-moods").children) button.disabled = button.value === mood.mood;
}

function whatItSaid() {
  if (mood.mood === "nobody") return "I see nobody here.";
  if (mood.mood === "unsure") return "I could not tell.";
  return mood.told ? `You said that it is ${moodWord(mood.mood)}.` : `I took it for ${moodWord(mood.mood)}.`;
}

async function correct(emotion) {
  try {
    await post("/api/corrections", { mood: emotion });
  } catch (error) {
    say(byId("wrong-problem"), error.message);
    byId("wrong-problem").hidden = false;
    return;
  }
  byId("wrong").close();
  tell(`Thank you. It was ${moodWord(emotion)}; I learn from that.`);
}
