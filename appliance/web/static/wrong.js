/** "That's wrong": one tap says what the mood really was, or that the song does not fit. */

import { post } from "./api.js";
import { byId, el, picture, put, say } from "./dom.js";
import { watch } from "./live.js";
import { notFitting } from "./playing.js";
import { tell } from "./talk.js";
import { CHOICES, EMOJI, moodWord } from "./words.js";

let mood = "unsure";

export function begin() {
  const dialog = byId("wrong");
  put(
    byId("wrong-moods"),
    CHOICES.map((emotion) =>
      el(
        "button",
        { type: "button", "data-mood": emotion, value: emotion, onclick: () => correct(emotion) },
        picture(EMOJI[emotion]),
        emotion,
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
    mood = status.mood.mood;
    byId("wrong-song").disabled = !status.player.file || !status.player.emotion;
  });
}

function open() {
  byId("wrong-problem").hidden = true;
  say(
    byId("wrong-more"),
    mood === "nobody"
      ? "I see nobody here."
      : mood === "unsure"
        ? "I could not tell."
        : `I took it for ${moodWord(mood)}.`,
  );
  for (const button of byId("wrong-moods").children) button.disabled = button.value === mood;
  byId("wrong").showModal();
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
  tell(`Thank you. It was ${emotion}; I learn from that.`);
}
