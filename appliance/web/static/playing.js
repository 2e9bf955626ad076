/** What plays and why, what comes next, and the controls of the music. */

import { post } from "./api.js";
import { byId, say, share } from "./dom.js";
import { watch } from "./live.js";
import { attempt } from "./talk.js";
import { EMOJI, clockTime, moodWord, titleOf } from "./words.js";

const SETTLES = 1500; // ms in which the box's word does not move a slider that the owner has just let go

let player = { state: "lost" };
let at = 0; // when `player` came, by the page's own clock
let turned = -SETTLES;
let pending = 0;

export function begin() {
  watch("status", show);
  setInterval(() => document.hidden || tick(), 500);
  byId("skip").addEventListener("click", () => attempt(() => post("/api/skip")));
  byId("pause").addEventListener("click", () => attempt(() => post("/api/music", { on: player.state !== "play" })));
  byId("unfit").addEventListener("click", notFitting);
  byId("volume").addEventListener("input", turn);
}

/** The song did not fit its mood: it will come less often there. */
export function notFitting() {
  if (!player.file) return attempt(() => Promise.reject(new Error("Nothing plays that could be unfit.")));
  const title = player.title || titleOf(player.file);
  return attempt(() => post("/api/dislikes", { file: player.file }), `“${title}” will come less often for this mood.`);
}

function show(status) {
  player = status.player;
  at = performance.now();
  const lost = player.state === "lost";
  say(
    byId("song-title"),
    player.file ? player.title || titleOf(player.file) : lost ? "The player is away" : "Nothing plays",
  );
  say(
    byId("song-artist"),
    player.file ? player.artist || (player.emotion ? `from ${moodWord(player.emotion)}` : "queued by hand") : "",
  );
  const cover = byId("song-emoji");
  say(cover, player.emotion ? EMOJI[player.emotion] : "♪");
  cover.dataset.mood = player.emotion ?? "neutral";
  say(byId("why"), status.now?.sentence ?? player.why ?? "");
  const next = status.now?.next;
  say(
    byId("next"),
    next ? `Next: ${next.title || titleOf(next.file)}${next.emotion ? `, from ${moodWord(next.emotion)}` : ""}` : "",
  );

  const playing = player.state === "play";
  byId("pause").classList.toggle("paused", !playing);
  byId("pause").setAttribute("aria-label", playing ? "Pause" : "Play");
  for (const id of ["pause", "skip"]) byId(id).disabled = lost;
  byId("unfit").disabled = !player.file || !player.emotion;
  showVolume();
  tick();
}

function tick() {
  const length = player.duration;
  const elapsed = (player.elapsed ?? 0) + (player.state === "play" ? (performance.now() - at) / 1000 : 0);
  const heard = length ? Math.min(elapsed, length) : elapsed;
  const meter = byId("song-meter");
  share(meter, length ? heard / length : 0);
  meter.setAttribute("aria-valuenow", length ? Math.round((100 * heard) / length) : 0);
  say(byId("song-elapsed"), player.file ? clockTime(heard) : "");
  say(byId("song-length"), !player.file ? "" : length ? clockTime(length) : "stream");
}

function showVolume() {
  const slider = byId("volume");
  byId("volume-row").hidden = player.volume === null;
  if (player.volume === null || performance.now() - turned < SETTLES) return;
  slider.min = player.volume_floor ?? 0;
  slider.max = player.volume_cap ?? 100;
  slider.value = player.volume;
  say(byId("volume-now"), String(player.volume));
}

/** The slider moves much faster than the box need hear of it. */
function turn() {
  turned = performance.now();
  say(byId("volume-now"), byId("volume").value);
  if (pending) return;
  pending = setTimeout(() => {
    pending = 0;
    attempt(() => post("/api/volume", { volume: Number(byId("volume").value) }));
  }, 150);
}
