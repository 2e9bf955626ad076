/** Songs: the moods' folders with what is amiss in them, and every song by its tags: found, sorted, selected, moved. */

import { get } from "./api.js";
import { byId, el, put, say } from "./dom.js";
import * as library from "./library.js";
import { watch } from "./live.js";
import { mark } from "./marks.js";
import { pile } from "./pile.js";
import { tell } from "./talk.js";
import * as uploads from "./uploads.js";
import { CHOICES, bytes, moodWord, t, tn } from "./words.js";

let opened = "";
let limits = { types: [], limit_bytes: 0, free_bytes: 0 };
let seen = null; // what the box's list of songs was when it was last asked for
let timer = 0;
const heap = pile(() => limits);

export function begin() {
  uploads.begin(() => load());
  library.begin(() => load());
  byId("pile-card").append(heap);
  byId("songs-ways").append(el("a", { class: "button", href: "#map" }, t("Map of all songs")), el("a", { class: "button", href: "#lists" }, t("Lists")));
  const pick = byId("pick");
  pick.addEventListener("change", () => {
    uploads.add(opened, [...pick.files], limits);
    pick.value = "";
  });
  watch("status", ({ catalogue }) => {
    const now = JSON.stringify([catalogue?.songs, catalogue?.changes]);
    if (seen !== null && seen !== now && !byId("songs").hidden) {
      clearTimeout(timer);
      timer = setTimeout(load, 300);
    }
    seen = now;
  });
}

export function enter(emotion) {
  opened = CHOICES.includes(emotion) ? emotion : "";
  library.show(opened);
  load();
}

export const refresh = () => load();

async function load() {
  try {
    limits = await get("/api/songs");
  } catch (error) {
    return tell(error.message);
  } finally {
    byId("songs").removeAttribute("aria-busy");
  }
  const byName = Object.fromEntries(limits.folders.map((each) => [each.emotion, each]));
  const focused = document.activeElement?.closest(".folder-card")?.dataset.mood;
  put(
    byId("folders"),
    CHOICES.map((emotion) => card(byName[emotion])),
  );
  if (focused) byId("folders").querySelector(`[data-mood="${focused}"]`).focus();
  showDropPlace();
  heap.showLimits();
  showAmiss(limits.folders);
  library.reload(limits.folders.reduce((sum, each) => sum + each.songs + each.house, 0));
}

function card(found) {
  const { emotion, songs, house, unplayable } = found;
  const node = el(
    "button",
    {
      type: "button",
      class: "folder-card",
      "data-mood": emotion,
      "aria-pressed": String(opened === emotion),
      onclick: () => open(emotion),
    },
    mark(emotion),
    el("span", { class: "name" }, moodWord(emotion)),
    el("span", { class: "count" }, countWords(songs, house)),
    unplayable.length ? el("span", { class: "amiss" }, t("{count} amiss", { count: unplayable.length })) : null,
  );
  uploads.droppable(node, ({ files }) => uploads.add(emotion, [...files], limits), () => library.moveDragged(emotion));
  return node;
}

function countWords(songs, house) {
  if (songs) return tn("{count} song", "{count} songs", songs);
  return house ? tn("{count} house piece", "{count} house pieces", house) : t("empty");
}

function open(emotion) {
  opened = opened === emotion ? "" : emotion;
  history.replaceState(null, "", opened ? `#songs/${opened}` : "#songs");
  for (const each of byId("folders").children) each.setAttribute("aria-pressed", String(each.dataset.mood === opened));
  showDropPlace();
  library.show(opened);
}

function showDropPlace() {
  byId("drop").hidden = !opened;
  byId("songs-hint").hidden = byId("pile-card").hidden = Boolean(opened);
  if (!opened) return;
  byId("pick").accept = limits.types.join(",");
  say(byId("pick-word"), t("Choose songs for {mood}", { mood: moodWord(opened) }));
  say(
    byId("drop-limits"),
    t("or drop them on a mood. Each at most {limit}; {free} are free.", {
      limit: bytes(limits.limit_bytes),
      free: bytes(limits.free_bytes),
    }),
  );
}

/** What cannot be played, with what helps; of the open mood, or of all. */
function showAmiss(folders) {
  const amiss = folders.flatMap(({ emotion, unplayable }) => unplayable.map((each) => ({ emotion, ...each })));
  byId("amiss").hidden = !amiss.length;
  put(
    byId("amiss-list"),
    amiss.map(({ emotion, file, problem }) =>
      el(
        "li",
        {},
        mark(emotion),
        el("div", { class: "grow" }, el("p", {}, el("strong", {}, el("bdi", {}, file || moodWord(emotion)))), el("p", { class: "soft small" }, problem)),
      ),
    ),
  );
}

