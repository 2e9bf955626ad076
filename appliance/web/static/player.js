/** The player: what plays, where it is, and its controls; a small one stands in the other sections. */

import { post, remove } from "./api.js";
import { drawClock } from "./clock.js";
import { showCover } from "./cover.js";
import { byId, say, set, share } from "./dom.js";
import { watch } from "./live.js";
import { attempt, tell } from "./talk.js";
import { clockTime, moodWord, t, titleOf } from "./words.js";

const SETTLES = 1500; // ms in which the box's word does not move a slider that the owner has just let go

let player = { state: "lost" };
let at = 0; // when `player` came, by the page's own clock
let turned = -SETTLES;
let pending = 0;
let sought = -SETTLES;
let sliding = null;

export function begin() {
  watch("status", show);
  watch("lost", (is) => is && stand());
  setInterval(() => document.hidden || tick(), 1000);
  for (const id of ["skip", "mini-skip"]) byId(id).addEventListener("click", () => attempt(() => post("/api/skip")));
  for (const id of ["pause", "mini-pause"]) byId(id).addEventListener("click", pause);
  byId("unfit").addEventListener("click", notFitting);
  byId("volume").addEventListener("input", turn);
  const seek = byId("seek");
  seek.addEventListener("input", () => preview(Number(seek.value)));
  seek.addEventListener("change", () => wind(Number(seek.value)));
  seek.addEventListener("focus", place);
  document.addEventListener("visibilitychange", () => document.hidden || slide());
}

const pause = () => attempt(() => post("/api/music", { on: player.state !== "play" }));

/** The song did not fit its mood: it will come less often there, unless that is taken back. */
export function notFitting() {
  const { file, emotion } = player;
  if (!file) return tell(t("Nothing plays that could be unfit."));
  const title = player.title || titleOf(file);
  const back = () =>
    attempt(
      () => remove(`/api/dislikes?${new URLSearchParams({ emotion, file })}`),
      t("“{title}” fits {mood} again.", { title, mood: moodWord(emotion) }),
    );
  return attempt(
    () => post("/api/dislikes", { file }),
    t("“{title}” will come less often for this mood.", { title }),
    back,
  );
}

function show(status, played) {
  if (played) [player, at] = [status.player, performance.now()];
  const { file, emotion } = player;
  const lost = player.state === "lost";
  const title = file ? player.title || titleOf(file) : lost ? t("The player is away") : t("Nothing plays");
  const by = [player.artist, player.album].filter(Boolean).join(" · ");
  const from = emotion ? t("from {mood}", { mood: moodWord(emotion) }) : t("queued by hand");
  for (const prefix of ["song", "mini"]) {
    say(byId(`${prefix}-title`), title);
    say(byId(`${prefix}-artist`), file ? by || from : "");
    showCover(byId(`${prefix}-cover`), file, emotion);
  }
  say(byId("why"), status.now?.sentence ?? "");
  showPath(player.reason);
  showButtons(lost);
  showVolume();
  say(byId("song-length"), !file ? "" : player.duration ? clockTime(player.duration) : t("stream"));
  byId("seek").disabled = !player.duration || lost;
  if (played) slide();
}

function showButtons(lost) {
  const playing = player.state === "play";
  for (const id of ["pause", "mini-pause"]) {
    byId(id).classList.toggle("paused", !playing);
    byId(id).setAttribute("aria-label", playing ? t("Pause") : t("Play"));
    byId(id).disabled = lost;
  }
  for (const id of ["skip", "mini-skip"]) byId(id).disabled = lost;
  byId("unfit").disabled = !player.file || !player.emotion;
}

/** The steps of a policy that leads somewhere: how many there are, and which one this song is. */
function showPath(reason) {
  const path = byId("path");
  const [step, steps] = [reason?.step ?? 1, reason?.steps ?? 1];
  path.hidden = steps < 2;
  if (path.hidden || path.dataset.step === `${step}/${steps}`) return;
  path.dataset.step = `${step}/${steps}`;
  path.setAttribute("aria-label", t("Step {step} of {steps}", { step, steps }));
  path.replaceChildren(
    ...Array.from({ length: steps }, (_, number) => {
      const dot = document.createElement("span");
      dot.className = number + 1 < step ? "done" : number + 1 === step ? "here" : "";
      return dot;
    }),
  );
}

/** Seconds into the song, now. */
function elapsed() {
  const heard = (player.elapsed ?? 0) + (player.state === "play" ? (performance.now() - at) / 1000 : 0);
  return player.duration ? Math.min(heard, player.duration) : heard;
}

/** Let the bar run by itself until the song's end: an animation of the compositor, which needs nothing of the page. */
function slide() {
  stand();
  if (performance.now() - sought < SETTLES) return;
  const heard = elapsed();
  const left = player.duration - heard;
  const bar = byId("seek-done");
  if (player.state === "play" && left > 0.1) {
    sliding = bar.animate(
      [{ transform: `scaleX(${part(heard)})` }, { transform: "scaleX(1)" }],
      { duration: 1000 * left, fill: "forwards" },
    );
  }
  share(bar, part(heard));
  place();
  tick();
}

const part = (seconds) => (player.duration ? Math.min(1, seconds / player.duration) : 0);

/** The bar stands still: what is not known does not go on. */
function stand() {
  sliding?.cancel();
  sliding = null;
}

/** The slider itself, which is not seen: where it is for a keyboard or a screen reader. */
function place() {
  const seek = byId("seek");
  if (performance.now() - sought < SETTLES) return;
  set(seek, { max: Math.floor(player.duration ?? 1), value: Math.floor(elapsed()) });
  speak(elapsed());
}

const speak = (seconds) =>
  byId("seek").setAttribute(
    "aria-valuetext",
    player.duration ? t("{at} of {length}", { at: clockTime(seconds), length: clockTime(player.duration) }) : "",
  );

function preview(seconds) {
  stand();
  sought = performance.now();
  share(byId("seek-done"), part(seconds));
  drawClock(byId("song-elapsed"), seconds);
  speak(seconds);
}

async function wind(seconds) {
  preview(seconds);
  if (await attempt(() => post("/api/seek", { seconds }))) [player, at] = [{ ...player, elapsed: seconds }, performance.now()];
  sought = -SETTLES;
  slide();
}

function tick() {
  if (performance.now() - sought < SETTLES) return;
  drawClock(byId("song-elapsed"), player.file ? elapsed() : null);
  if (document.activeElement === byId("seek") && Math.floor(elapsed()) % 5 === 0) place();
}

function showVolume() {
  const slider = byId("volume");
  byId("volume-row").hidden = player.volume === null;
  if (player.volume === null || performance.now() - turned < SETTLES) return;
  set(slider, { min: player.volume_floor ?? 0, max: player.volume_cap ?? 100, value: player.volume });
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
