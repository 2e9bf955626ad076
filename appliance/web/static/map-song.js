/** The song that is chosen on the map: what the box makes of it, songs like it, and what the owner says of it. */

import { get, post } from "./api.js";
import { byId, el, put } from "./dom.js";
import { heardAt, teach } from "./lessons.js";
import * as listening from "./listening.js";
import { mark } from "./marks.js";
import { attempt, tell } from "./talk.js";
import { CHOICES, moodWord, percent, t, titleOf } from "./words.js";

const LIKE = 8;
const BECAUSE = {
  folder: t("it lies in that folder"),
  word: t("you said so"),
  sound: t("it sounds so"),
  place: t("that is the nearest to how it sounds"),
};
const TRAITS = {
  loud: t("loud"),
  quiet: t("quiet"),
  "sharp-attacks": t("sharp attacks"),
  "soft-attacks": t("soft attacks"),
  bright: t("bright sound"),
  dark: t("dark sound"),
};
const MODES = { major: t("major"), minor: t("minor") };

const nameOf = (song) => song.title || titleOf(song.file);

/** `numbering()` is that of the map shown, `changed()` asks for the map again. */
export function songPanel(panel, view, { numbering, changed }) {
  let song = null;
  let turn = 0;

  const params = (values) => new URLSearchParams(values);

  async function choose(number) {
    const mine = ++turn;
    view.choose(number);
    if (number === null) {
      song = null;
      return show();
    }
    try {
      const { songs } = await get(`/api/map/songs?${params({ numbers: number, numbering: numbering() })}`);
      if (mine !== turn) return;
      [song] = songs;
    } catch (error) {
      if (error.status === 409) changed();
      return tell(error.message);
    }
    show();
    view.see(number);
    if (song) listening.listen(song, heardAt(song.file));
  }

  function show(like = null) {
    const listens = byId("listening");
    if (!song) {
      put(panel, el("h2", {}, t("No song is chosen")), el("p", { class: "soft" }, t("Tap a dot of the map.")), listens);
      return;
    }
    const sounds = [song.bpm ? t("{bpm} bpm", { bpm: song.bpm }) : "", MODES[song.mode] ?? "", ...song.traits.map((each) => TRAITS[each])].filter(Boolean);
    put(
      panel,
      el("h2", { id: "map-song-title", tabindex: -1 }, el("bdi", {}, nameOf(song))),
      el("p", { class: "soft" }, el("bdi", {}, [song.artist, song.album].filter(Boolean).join(" · ") || song.file)),
      song.plays
        ? el("p", { class: "row map-plays" }, mark(song.plays), el("span", {}, t("plays for {mood}: {why}", { mood: moodWord(song.plays), why: BECAUSE[song.because] })))
        : el("p", {}, t("Nothing is known of its sound yet.")),
      sounds.length ? el("p", { class: "soft small" }, sounds.join(", ")) : null,
      listens,
      el(
        "div",
        { class: "row" },
        el("button", { type: "button", class: "primary", disabled: song.valence === null, onclick: travel }, t("Play from here to {mood}", { mood: moodWord("happy") })),
        el("button", { type: "button", disabled: !song.heard, onclick: showLike }, t("Songs like this one")),
      ),
      song.mood ? null : el("label", { class: "row" }, t("It is music for"), chooser()),
      like,
    );
  }

  function chooser() {
    const options = CHOICES.map((emotion) => el("option", { value: emotion }, moodWord(emotion)));
    const select = el("select", { id: "map-emotion", onchange: (event) => say({ emotion: event.target.value }, t("“{title}” plays for {mood} now.", { title: nameOf(song), mood: moodWord(event.target.value) })) }, el("option", { value: "" }, t("what it sounds like")), options);
    select.value = song.because === "word" ? song.plays : "";
    return select;
  }

  async function say(what, words) {
    if (what.emotion === "") return;
    const { file } = song;
    try {
      const undo = await teach(file, what);
      tell(words, () => attempt(undo, t("“{title}” is where it was.", { title: titleOf(file) })).then(changed));
      changed();
    } catch (error) {
      tell(error.message);
      changed();
    }
  }

  async function place(number, valence, arousal) {
    if (!song || song.number !== number) return;
    if (song.mood) {
      tell(t("It lies in the folder of {mood}, which is the last word. Move it to another mood in the list of songs.", { mood: moodWord(song.mood) }));
      return view.draw();
    }
    const round = (value) => Math.round(1000 * value) / 1000;
    await say({ valence: round(valence), arousal: round(arousal) }, t("“{title}” lies there now.", { title: nameOf(song) }));
  }

  async function travel() {
    await attempt(() => post("/api/trip", { file: song.file }), t("It begins with “{title}”.", { title: nameOf(song) }));
  }

  async function showLike() {
    try {
      const { songs, numbering: of } = await get(`/api/map/like?${params({ file: song.file, count: LIKE })}`);
      if (of === numbering()) view.mark({ like: songs.filter(({ valence }) => valence !== null).map(({ number }) => number) });
      show(
        el(
          "div",
          { class: "stack" },
          el("h3", { id: "map-like", tabindex: -1 }, t("Songs like this one")),
          el("ul", { class: "rows" }, songs.map((other) => el("li", {}, el("button", { type: "button", class: "map-other", onclick: () => choose(other.number) }, el("bdi", {}, nameOf(other)), el("span", { class: "soft small numbers" }, percent(other.alike)))))),
        ),
      );
      byId("map-like").focus();
    } catch (error) {
      tell(error.message);
    }
  }

  /** The map has come anew: the song may have another number by now, and lie elsewhere. */
  async function renumber() {
    if (!song) return;
    const mine = ++turn;
    const { songs } = await get(`/api/map/songs?${params({ file: song.file })}`).catch(() => ({ songs: [] }));
    if (mine !== turn) return;
    const moved = JSON.stringify(songs[0]) !== JSON.stringify(song);
    [song = null] = songs;
    view.choose(song ? song.number : null);
    if (moved) show();
  }

  return {
    choose,
    place,
    renumber,
    enter: () => show(),
    /** What is heard goes back to the list of songs. */
    leave() {
      byId("song-list").before(byId("listening"));
    },
  };
}
