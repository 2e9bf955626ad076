/** What each step of the first days shows and saves. `show` fills its card; what it returns is called on leaving. */

import { get, patch, post } from "./api.js";
import * as aim from "./aim.js";
import { byId, el, put, say, set } from "./dom.js";
import { entered, field } from "./field.js";
import { watch } from "./live.js";
import { mark } from "./marks.js";
import * as outputs from "./outputs.js";
import { pile, progress } from "./pile.js";
import { attempt } from "./talk.js";
import * as uploads from "./uploads.js";
import { CHOICES, moodWord, t, tn } from "./words.js";

let settings = new Map();
let inputs = new Map();

/** Settings of the owner's file as fields; those that this box does not have are left out. */
async function fields(place, wanted) {
  settings = new Map((await get("/api/settings")).settings.map((each) => [each.about.key, each]));
  inputs = new Map();
  for (const [key, label, hint] of wanted) {
    const found = settings.get(key);
    if (!found) continue;
    const id = `field-${key.replace(".", "-")}`;
    const now = found.file ?? found.value;
    const input = field(found.about, now, { id, autocomplete: "off" });
    if (hint) input.setAttribute("aria-describedby", `${id}-hint`);
    inputs.set(key, { about: found.about, input, now });
    place.append(el("div", { class: "field" }, el("label", { for: id }, label), input, hint ? el("p", { class: "soft small", id: `${id}-hint` }, hint) : null));
  }
}

/** Save what was changed; resolves to whether the box has taken it. */
async function save() {
  const changes = {};
  for (const [key, { about, input, now }] of inputs) {
    const value = entered(about, input);
    if (value !== now && !Number.isNaN(value)) changes[key] = value;
  }
  spokenAnew = "box.language" in changes;
  return !Object.keys(changes).length || attempt(() => patch("/api/settings", { changes }));
}

let spokenAnew = false;
/** Whether the page has to be read anew, because its language was chosen. */
export const isSpokenAnew = () => spokenAnew;

async function showAim(place) {
  put(
    place,
    el("p", { class: "advice", id: "advice", "aria-live": "polite" }, "…"),
    el("figure", { class: "frame", id: "frame" }),
    el("dl", { class: "facts", id: "aim-facts" }),
  );
  await aim.enter();
  return () => aim.leave();
}

let begun = false;
let limits;
async function showSongs(place) {
  if (!begun) uploads.begin(() => showCounts());
  begun = true;
  const heap = pile(() => limits);
  const heard = el("p", { class: "soft small", id: "heard" });
  put(
    place,
    heap,
    heard,
    el(
      "details",
      { id: "by-mood" },
      el("summary", {}, el("h2", {}, t("Songs for a mood"))),
      el("p", { class: "soft small" }, t("What you put in here plays for that mood, whatever it sounds like.")),
      el("div", { class: "folders", id: "folders" }),
    ),
    el("input", { type: "file", multiple: true, id: "pick", hidden: true }),
    el("p", { class: "soft small" }, t("Without songs of yours it plays house music, composed on the box.")),
  );
  await showCounts();
  heap.showLimits();
  return progress(heard);
}

async function showCounts() {
  const folders = byId("folders");
  if (!folders) return;
  limits = await get("/api/songs");
  const pick = byId("pick");
  pick.accept = limits.types.join(",");
  put(
    folders,
    CHOICES.map((emotion) => {
      const { songs, house } = limits.folders.find((each) => each.emotion === emotion);
      const choose = () => {
        pick.onchange = () => {
          uploads.add(emotion, [...pick.files], limits);
          pick.value = "";
        };
        pick.click();
      };
      const count = songs ? tn("{count} song", "{count} songs", songs) : house ? tn("{count} house piece", "{count} house pieces", house) : t("empty");
      return el("button", { type: "button", class: "folder-card", "data-mood": emotion, onclick: choose }, mark(emotion), el("span", { class: "name" }, moodWord(emotion)), el("span", { class: "count" }, count));
    }),
  );
}

async function showSound(place) {
  const volume = el("input", { type: "range", id: "volume", min: 0, max: 100, step: 1, onchange: (event) => attempt(() => post("/api/volume", { volume: Number(event.target.value) })) });
  const plays = el("p", { "aria-live": "polite" });
  const pause = el("button", { type: "button" });
  let playing = false;
  pause.onclick = () => attempt(() => post("/api/music", { on: !playing }));
  put(
    place,
    plays,
    el("div", { class: "row" }, pause, el("button", { type: "button", onclick: () => attempt(() => post("/api/skip")) }, t("Another song"))),
    el("div", { class: "field" }, el("label", { for: "volume" }, t("Volume")), volume),
    el("h2", {}, t("If you hear nothing")),
    el("p", { class: "soft small" }, t("Turn up the loudspeaker and look at its cable. Then choose the output that it hangs on: the music goes there at once.")),
  );
  const choose = (device) => attempt(() => post("/api/output", { device }));
  place.append(
    el("div", { class: "field" }, el("label", { for: "output" }, t("Output")), outputs.choice(await outputs.known(), "output", null, choose)),
    el("div", { class: "row" }, outputs.toneButton()),
  );
  return watch("status", ({ player }) => {
    playing = player.state === "play";
    say(pause, playing ? t("Pause") : t("Play"));
    say(plays, player.state === "lost" ? t("The music player does not answer yet.") : playing ? t("“{title}” plays. You should hear it now.", { title: player.title || player.file }) : t("Nothing plays."));
    if (player.volume !== null && document.activeElement !== volume) set(volume, { min: player.volume_floor ?? 0, max: player.volume_cap ?? 100, value: player.volume });
    volume.parentElement.hidden = player.volume === null;
  });
}

async function showEnd(place) {
  const { restart } = await get("/api/settings");
  put(
    place,
    el("p", {}, t("Sit where the camera sees you. Under Now your face is drawn as the box reads it; after a few minutes it has judged the mood, and the music follows.")),
    el("p", {}, t("If it is wrong, tell it by “That’s wrong”: it learns.")),
    restart ? el("p", {}, t("What you have chosen holds after a restart; the music stops for a few seconds.")) : null,
    restart ? el("button", { type: "button", onclick: () => attempt(() => post("/api/restart"), t("The box restarts. This page comes back when it does.")) }, t("Restart now")) : null,
  );
}

export const STEPS = {
  name: {
    title: t("Name and language"),
    about: t("Six short steps. You can leave at any of them and go on later, also on another device."),
    show: (place) =>
      fields(place, [
        ["mqtt.device_name", t("What is this box called?"), t("Home Assistant shows this name.")],
        ["box.language", t("Language"), ""],
      ]),
    save,
  },
  aim: {
    title: t("Aim the camera"),
    about: t("Sit where you usually do, and turn the camera until the frame is green. No picture is ever shown or kept: you see outlines."),
    show: showAim,
  },
  songs: {
    title: t("Songs"),
    about: t("Bring songs now, all at once if you like, or later."),
    show: showSongs,
  },
  sound: {
    title: t("Sound check"),
    about: t("The box plays; this is how to make sure that it is heard."),
    show: showSound,
    save: () => true,
  },
  home: {
    title: t("Home Assistant"),
    about: t("Only if you use it: the box reports to your MQTT broker, and Home Assistant finds it by itself. Leave it empty otherwise."),
    show: (place) =>
      fields(place, [
        ["mqtt.host", t("The broker’s name or address"), t("Such as 192.168.1.5; empty for none.")],
        ["mqtt.user", t("The box’s name there"), t("Its password stands in a file on the box: mqtt.password_file in the settings.")],
        ["mqtt.suggested_area", t("The room"), ""],
      ]),
    save,
  },
  done: { title: t("Done"), about: t("Moodbox is ready."), show: showEnd },
};
