/** Songs: the emotions' folders with what they hold and what is amiss; drop songs onto one, or open it. */

import { get } from "./api.js";
import { byId, el, put } from "./dom.js";
import { mark } from "./marks.js";
import * as folder from "./folder.js";
import { tell } from "./talk.js";
import * as uploads from "./uploads.js";
import { CHOICES, moodWord, plural } from "./words.js";

let opened = "";
let limits = { types: [], limit_bytes: 0, free_bytes: 0 };

export function begin() {
  uploads.begin(() => load());
  // a song that misses its folder must not replace the page
  for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => event.preventDefault());
}

export function enter(emotion) {
  if (CHOICES.includes(emotion)) opened = emotion;
  load();
}

async function load() {
  try {
    const answer = await get("/api/songs");
    limits = answer;
    const byName = Object.fromEntries(answer.folders.map((each) => [each.emotion, each]));
    put(
      byId("folders"),
      CHOICES.map((emotion) => card(byName[emotion])),
    );
    if (opened) await folder.show(byName[opened], limits, load);
  } catch (error) {
    tell(error.message);
  }
}

function card(found) {
  const { emotion, songs, house, unplayable } = found;
  const node = el(
    "button",
    {
      type: "button",
      class: "folder-card",
      "data-mood": emotion,
      "aria-expanded": String(opened === emotion),
      "aria-controls": "folder",
      onclick: () => open(emotion),
    },
    mark(emotion),
    el("span", { class: "name" }, moodWord(emotion)),
    el("span", { class: "count" }, countWords(songs, house)),
    unplayable.length ? el("span", { class: "amiss" }, `${unplayable.length} amiss`) : null,
  );
  uploads.droppable(node, emotion, limits);
  return node;
}

function countWords(songs, house) {
  if (songs) return plural(songs, "song");
  return house
    ? `None of yours; ${plural(house, "house piece")} ${house === 1 ? "plays" : "play"}`
    : "Empty: a near mood lends its songs";
}

function open(emotion) {
  opened = opened === emotion ? "" : emotion;
  history.replaceState(null, "", opened ? `#songs/${opened}` : "#songs");
  byId("folder").hidden = !opened;
  for (const each of byId("folders").children) each.setAttribute("aria-expanded", String(each.dataset.mood === opened));
  if (opened) load().then(() => byId("folder-title")?.focus());
}
