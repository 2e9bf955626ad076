/** The map: all songs on the plane, what plays and follows, and how far the box has come with listening. */

import { get } from "./api.js";
import { byId, el, put, say } from "./dom.js";
import { watch } from "./live.js";
import { mapView } from "./map-view.js";
import { songPanel } from "./map-song.js";
import { tell } from "./talk.js";
import { moment, number, t } from "./words.js";

const AGAIN = 1000; // ms from a change to asking for the map again

let view, panel;
let songs = null; // the map, as it is drawn
let seen = ""; // what the box had of songs when it was last asked
let playing = "";
let shown = false;
let timer = 0;

export function begin() {
  const canvas = el("canvas", {
    id: "map-canvas",
    class: "map-canvas",
    tabindex: 0,
    role: "application",
    "aria-label": t("All songs on the plane of moods"),
    "aria-describedby": "map-keys",
  });
  byId("map").append(
    el("p", { class: "soft" }, el("a", { href: "#songs" }, t("Songs")), " · ", el("span", { id: "map-progress", "aria-live": "polite" }, "…")),
    el(
      "div",
      { class: "map-grid" },
      el(
        "div",
        { class: "card map-card" },
        canvas,
        el(
          "div",
          { class: "map-tools" },
          tool("+", t("Larger"), () => view.enlarge(1.6)),
          tool("−", t("Smaller"), () => view.enlarge(1 / 1.6)),
          tool("○", t("All of it"), () => view.enlarge(0)),
        ),
        el(
          "p",
          { class: "soft small", id: "map-keys" },
          t("Tap a song to hear it on this device, and drag it from there to where it belongs. Keys: arrows and + − move the map, Enter takes the song in the middle, Shift with arrows moves it and Enter puts it."),
        ),
      ),
      el("div", { class: "card stack map-chosen", id: "map-song" }),
      el("div", { class: "card stack" }, el("h2", { id: "map-alike" }, t("Songs that sound alike")), el("div", { class: "map-legend", id: "map-legend", role: "group", "aria-labelledby": "map-alike" })),
    ),
  );
  view = mapView(canvas, { chosen: (number) => panel.choose(number), placed: (...put) => panel.place(...put) });
  panel = songPanel(byId("map-song"), view, { numbering: () => songs?.numbering, changed: soon });
  watch("status", news);
}

const tool = (sign, name, onclick) => el("button", { type: "button", class: "bare", "aria-label": name, onclick }, sign);

export function enter() {
  shown = true;
  panel.enter();
  load();
}

export function leave() {
  shown = false;
  panel.leave();
}

export const refresh = () => load();

const soon = () => {
  clearTimeout(timer);
  timer = setTimeout(load, AGAIN);
};

function news({ catalogue, player }) {
  if (catalogue) sayProgress(catalogue);
  const now = JSON.stringify([catalogue?.songs, catalogue?.changes]);
  if (shown && seen && seen !== now) soon();
  seen = now;
  const next = JSON.stringify([player.file, (player.queue ?? []).map((song) => song.file)]);
  if (shown && songs && playing !== next) showPlaying();
  playing = next;
}

function sayProgress({ songs: count, heard, broken, waiting, done_at: done }) {
  const words = t("{heard} of {songs} heard", { heard: number(heard), songs: number(count) });
  const left = count - heard - broken;
  const more = !left ? "" : waiting ? t("waiting: {why}", { why: waiting }) : done ? t("done about {time}", { time: moment(done) }) : t("listening");
  say(byId("map-progress"), [words, broken ? t("{broken} cannot be", { broken: number(broken) }) : "", more].filter(Boolean).join(", "));
}

async function load() {
  clearTimeout(timer);
  if (!shown) return;
  try {
    songs = unpacked(await get("/api/map"));
  } catch (error) {
    return tell(error.message);
  }
  view.show(songs);
  panel.renumber();
  showLegend();
  showPlaying();
}

async function showPlaying() {
  try {
    const { songs: found, numbering } = await get("/api/map/playing");
    if (numbering === songs.numbering) view.mark({ path: found.filter(({ valence }) => valence !== null).map(({ number }) => number) });
  } catch {
    // the map itself has told of it
  }
}

/** The columns as numbers; the largest clusters' names stand where most of their songs lie. */
function unpacked({ numbering, songs: count, clusters, valence, arousal, cluster }) {
  const scaled = (column) => Float32Array.from(new Int16Array(bytesOf(column).buffer), (value) => value / 10000);
  const found = { numbering, count, clusters, valence: scaled(valence), arousal: scaled(arousal), cluster: new Int8Array(bytesOf(cluster).buffer) };
  const of = clusters.map(() => [[], []]);
  for (let at = 0; at < count; at += 1) {
    if (found.cluster[at] < 0 || found.valence[at] < -1) continue;
    of[found.cluster[at]][0].push(found.valence[at]);
    of[found.cluster[at]][1].push(found.arousal[at]);
  }
  const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  found.names = clusters.map(({ name }, at) => ({ name, at: of[at].map(median) }));
  return found;
}

const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

function showLegend() {
  const pressed = byId("map-legend").querySelector("[aria-pressed=true]")?.dataset.name;
  view.mark({ cluster: null });
  put(
    byId("map-legend"),
    songs.clusters.map(({ name, songs: count }, at) => {
      const on = name === pressed;
      if (on) view.mark({ cluster: at });
      return el(
        "button",
        { type: "button", class: "map-cluster", "aria-pressed": String(on), "data-name": name, "data-colour": at % 12, onclick: () => press(at) },
        el("span", { class: "map-dot", "aria-hidden": "true" }),
        `${name} `,
        el("span", { class: "soft numbers" }, number(count)),
      );
    }),
  );
  if (!songs.clusters.length) put(byId("map-legend"), el("p", { class: "soft small" }, t("No song has been heard yet; they get their places here as the box listens to them.")));
}

/** Show one cluster alone, or all again. */
function press(at) {
  const buttons = [...byId("map-legend").children];
  const on = buttons[at].getAttribute("aria-pressed") !== "true";
  buttons.forEach((button, other) => button.setAttribute("aria-pressed", String(on && other === at)));
  view.mark({ cluster: on ? at : null });
}
