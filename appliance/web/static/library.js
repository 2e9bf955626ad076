/** Every song by its tags: searched, sorted, heard on this device, selected, moved to another mood, deleted. */

import { get, post, remove } from "./api.js";
import { showCover } from "./cover.js";
import { byId, el, say, svg } from "./dom.js";
import { heardAt, teach } from "./lessons.js";
import * as listening from "./listening.js";
import { showMark } from "./marks.js";
import { areYouSure, tell } from "./talk.js";
import { windowed } from "./windowed.js";
import { CHOICES, clockTime, moodWord, t, titleOf, tn } from "./words.js";

const ORDERS = { title: t("Title"), artist: t("Artist"), album: t("Album"), duration: t("Length"), newest: t("Newest first") };
const songsOf = (count) => tn("{count} song", "{count} songs", count);
const TYPED = 250; // ms without a key until a search is asked for

const selected = new Map(); // songs by their file
let list;
let mood = "";
let last = null; // the row that was selected last, for a stretch of them
let onDisk = 0;
let changed = () => {};

export function begin(whenChanged) {
  changed = whenChanged;
  listening.begin();
  const order = byId("order");
  order.append(...Object.entries(ORDERS).map(([value, words]) => el("option", { value }, words)));
  byId("move-to").append(
    el("option", { value: "" }, t("another mood…")),
    ...CHOICES.map((emotion) => el("option", { value: emotion }, moodWord(emotion))),
  );
  list = windowed(byId("song-list"), { load, make, update, told });
  let timer = 0;
  byId("search").addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(begun, TYPED);
  });
  order.addEventListener("change", begun);
  // by a button, because with the keyboard each arrow changes a choice
  byId("move-to").addEventListener("change", (event) => (byId("move").disabled = !event.target.value));
  byId("move").addEventListener("click", () => moveTo(byId("move-to").value));
  byId("delete-selected").addEventListener("click", eraseSelected);
  byId("select-none").addEventListener("click", () => {
    clear();
    byId("library-title").focus();
  });
}

/** Show the songs of a mood's folder, or of all. */
export function show(emotion) {
  mood = emotion;
  say(byId("library-title"), mood ? t("Songs for {mood}", { mood: moodWord(mood) }) : t("All songs"));
  clear();
  begun();
}

/** Ask again, where the list stands; `count` are the songs that lie in the folders. */
export function reload(count) {
  onDisk = count;
  list.reload();
}

function begun() {
  byId("song-list").replaceChildren();
  list.reload();
}

async function load(offset, limit) {
  const asked = { search: byId("search").value.trim(), order: byId("order").value, offset, limit, ...(mood && { mood }) };
  try {
    const { total, songs } = await get(`/api/library?${new URLSearchParams(asked)}`);
    return { total, items: songs };
  } catch (error) {
    tell(error.message);
    return null;
  }
}

function told(total) {
  const searching = byId("search").value.trim();
  const none = searching
    ? t("Nothing is called so.")
    : onDisk && !mood
      ? t("The songs are being looked through; they appear here in a moment.")
      : t("No songs yet. Choose a mood above and add some.");
  say(byId("library-count"), total ? songsOf(total) : none);
}

function make() {
  const box = el("input", { type: "checkbox", class: "pick-song" });
  const listen = el(
    "button",
    { type: "button", class: "listen" },
    el("span", { class: "cover small-cover" }),
    svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { class: "solid", d: "M8 5.5v13l10.5-6.5z" })),
  );
  const row = el(
    "li",
    { class: "song", draggable: "true" },
    el("label", { class: "pick-label" }, box, el("span", { class: "spoken" })),
    listen,
    el("div", { class: "song-words" }, el("p", { class: "name" }, el("bdi")), el("p", { class: "soft small by" }, el("bdi"))),
    el("span", { class: "soft small numbers length" }),
    el("span", { class: "song-mood" }),
  );
  box.addEventListener("click", (event) => choose(row, box.checked, event.shiftKey));
  listen.addEventListener("click", () => listening.listen(row.song, pathOf(row.song)));
  row.addEventListener("dragstart", (event) => {
    if (!selected.has(row.song.file)) choose(row, true, false);
    event.dataTransfer.setData("text/plain", [...selected.keys()].join("\n"));
  });
  return row;
}

function update(row, song, at) {
  row.at = at;
  const checked = Boolean(song && selected.has(song.file));
  const box = row.querySelector("input");
  if (box.checked !== checked) box.checked = checked;
  row.classList.toggle("chosen", checked);
  if (row.song === song && row.gone === song?.gone) return;
  Object.assign(row, { song, gone: song?.gone });
  row.classList.toggle("gone", Boolean(song?.gone));
  row.setAttribute("aria-busy", String(!song));
  const title = song ? song.title || titleOf(song.file) : "…";
  const words = song?.gone ?? ([song?.artist, song?.album].filter(Boolean).join(" · ") || (isHouse(song) ? t("house piece") : (song?.file ?? "")));
  say(row.querySelector(".name bdi"), title);
  say(row.querySelector(".by bdi"), words);
  say(row.querySelector(".length"), song?.duration ? clockTime(song.duration) : "");
  say(row.querySelector(".spoken"), t("Select {title}", { title }));
  box.disabled = !changeable(song);
  const listen = row.querySelector(".listen");
  listen.disabled = !song || Boolean(song.gone);
  listen.setAttribute("aria-label", t("Listen to {title} here", { title }));
  if (song) showCover(row.querySelector(".cover"), song.file, song.plays);
  showPlays(row.querySelector(".song-mood"), song);
}

/** The emotion for which a song plays: paler where that is only how it sounds. */
function showPlays(place, song) {
  place.classList.toggle("suggested", Boolean(song?.suggested));
  if (!song?.plays) {
    place.replaceChildren();
    delete place.dataset.shown;
    return;
  }
  showMark(place, song.plays);
  place.append(el("span", { class: "spoken" }, song.suggested ? t("sounds like {mood}", { mood: moodWord(song.plays) }) : moodWord(song.plays)));
}

const isHouse = (song) => Boolean(song?.file.split("/")[1] === "house");
const changeable = (song) => Boolean(song && !song.gone && !isHouse(song));
const pathOf = ({ file, mood: folder }) => (folder ? `/api/songs/${folder}/${encodeURIComponent(file.slice(folder.length + 1))}` : heardAt(file));

/** Select a row, or with the shift key all from the last one to it. */
function choose(row, on, stretch) {
  const rows = [];
  if (stretch && last !== null) for (let at = Math.min(last, row.at); at <= Math.max(last, row.at); at += 1) rows.push(list.itemAt(at));
  else rows.push(row.song);
  for (const song of rows.filter(changeable)) {
    if (on) selected.set(song.file, song);
    else selected.delete(song.file);
  }
  last = row.at;
  showSelection();
}

function clear() {
  selected.clear();
  last = null;
  showSelection();
}

function showSelection() {
  byId("selection").hidden = !selected.size;
  say(byId("selection-count"), t("{songs} selected", { songs: songsOf(selected.size) }));
  list?.render();
}

/** Songs that were dragged are those that are selected. */
export const moveDragged = (emotion) => selected.size && moveTo(emotion);

async function moveTo(to) {
  byId("move-to").value = "";
  byId("move").disabled = true;
  const moved = await each([...selected.values()].filter((song) => song.mood !== to), async (song) => {
    if (song.mood) {
      await post(`${pathOf(song)}/move`, { to });
      song.gone = t("is in {mood} now", { mood: moodWord(to) });
    } else {
      song.untaught = await teach(song.file, { emotion: to }); // the file stays where its owner has put it
      Object.assign(song, { plays: to, suggested: false });
    }
  });
  const words = moved.some((song) => song.mood)
    ? t("{songs} moved to {mood}.", { songs: songsOf(moved.length), mood: moodWord(to) })
    : tn("{count} song is for {mood} now.", "{count} songs are for {mood} now.", moved.length, { mood: moodWord(to) });
  done(moved, words, () => back(moved, to));
}

/** Each goes back to where it was. */
async function back(songs, from) {
  const moved = await each(songs, async (song) => {
    if (!song.mood) return song.untaught();
    const place = { file: `${from}/${song.file.split("/").pop()}`, mood: from };
    await post(`${pathOf(place)}/move`, { to: song.mood });
    delete song.gone;
  });
  done(moved, t("{songs} moved back.", { songs: songsOf(moved.length) }));
}

async function eraseSelected() {
  const songs = [...selected.values()].filter((song) => song.mood);
  if (!songs.length) return tell(t("Songs outside of the moods’ folders are deleted where their files are."));
  const title = songs.length === 1 ? t("Delete “{title}”?", { title: songs[0].title || titleOf(songs[0].file) }) : t("Delete {songs}?", { songs: songsOf(songs.length) });
  if (!(await areYouSure(title, t("The files are deleted from the box. This cannot be taken back."), t("Delete")))) return;
  const gone = await each(songs, async (song) => {
    await remove(pathOf(song));
    song.gone = t("is deleted");
  });
  done(gone, t("{songs} deleted.", { songs: songsOf(gone.length) }));
}

/** Do it for each song, and tell of the first that it could not be done for. Resolves to the others. */
async function each(songs, what) {
  const well = [];
  let problem = "";
  for (const song of songs) {
    try {
      await what(song);
      well.push(song);
    } catch (error) {
      problem ||= error.message;
    }
  }
  if (problem) tell(problem);
  return well;
}

function done(songs, words, undo = null) {
  if (songs.length) tell(words, undo);
  clear();
  byId("library-title").focus();
  changed();
}
