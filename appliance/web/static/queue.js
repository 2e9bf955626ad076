/** The next songs, each with why it comes. */

import { showCover } from "./cover.js";
import { byId, el, keep, say } from "./dom.js";
import { watch } from "./live.js";
import { moodWord, t, titleOf } from "./words.js";

export function begin() {
  watch("status", show);
}

function show({ player, now }) {
  const songs = player.queue ?? player.ahead.map((file, at) => ({ file, ...(at === 0 ? now?.next : {}) }));
  byId("queue-none").hidden = songs.length > 0;
  keep(byId("queue"), songs, (song, at) => `${at} ${song.file}`, row, update);
}

function row() {
  return el(
    "li",
    { class: "queued" },
    el("span", { class: "cover small-cover" }),
    el("div", {}, el("p", { class: "queued-title" }, el("bdi")), el("p", { class: "soft small queued-why" })),
  );
}

function update(node, song) {
  const emotion = song.emotion ?? (song.file.includes("/") ? song.file.split("/")[0] : null);
  showCover(node.querySelector(".cover"), song.file, emotion);
  say(node.querySelector("bdi"), song.title || titleOf(song.file));
  say(
    node.querySelector(".queued-why"),
    song.why ?? (emotion ? t("from {mood}", { mood: moodWord(emotion) }) : t("queued by hand")),
  );
}
