/** "That's wrong": one tap says what the mood really was, or that the song does not fit. */

import { post } from "./api.js";
import { byId, el, put, say } from "./dom.js";
import { mark } from "./marks.js";
import { watch } from "./live.js";
import { notFitting } from "./player.js";
import { tell } from "./talk.js";
import { CHOICES, moodWord, t } from "./words.js";

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
  if (mood.mood === "nobody") return t("I see nobody here.");
  if (mood.mood === "unsure") return t("I could not tell.");
  const word = moodWord(mood.mood);
  return mood.told ? t("You said that it is {mood}.", { mood: word }) : t("I took it for {mood}.", { mood: word });
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
  tell(t("Thank you. It was {mood}; I learn from that.", { mood: moodWord(emotion) }));
}
