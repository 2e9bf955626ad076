/** One emotion's folder: its songs to listen to, to move and to delete, and a place to add more. */

import { get, post, remove } from "./api.js";
import { byId, el, put, svg } from "./dom.js";
import { mark } from "./marks.js";
import { areYouSure, attempt, tell } from "./talk.js";
import * as uploads from "./uploads.js";
import { CHOICES, EMOJI, bytes, moodWord, plural, titleOf } from "./words.js";

const PAGE = 50;
const LISTEN = "M8 5.5v13l10.5-6.5z";
const STOP = "M7 7h10v10H7z";

/** Show the folder `found` of the box's answer; call `changed` after a change. */
export async function show(found, limits, changed) {
  const { emotion } = found;
  let page;
  try {
    page = await get(`/api/songs/${emotion}?offset=0&limit=${PAGE}`);
  } catch (error) {
    return tell(error.message);
  }
  const list = el("ul", { class: "rows", id: "folder-songs" }, rows(emotion, page.songs, changed));
  byId("folder").hidden = false;
  byId("folder").dataset.mood = emotion;
  put(
    byId("folder"),
    el("h2", { id: "folder-title", tabindex: -1 }, mark(emotion), ` ${moodWord(emotion)}`),
    dropPlace(emotion, limits),
    troubles(emotion, found.unplayable),
    page.total ? null : el("p", { class: "soft" }, "There is nothing in this folder yet."),
    list,
    page.total > page.songs.length ? moreButton(list, emotion, page, changed) : null,
  );
}

function dropPlace(emotion, limits) {
  const input = el("input", { type: "file", id: "pick", multiple: true, accept: limits.types.join(",") });
  input.addEventListener("change", () => {
    uploads.add(emotion, [...input.files], limits);
    input.value = "";
  });
  const place = el(
    "div",
    { class: "drop" },
    input,
    el("label", { class: "button", for: "pick" }, "Choose songs"),
    el(
      "p",
      { class: "soft small" },
      `or drop them here. Each at most ${bytes(limits.limit_bytes)}; ${bytes(limits.free_bytes)} are free.`,
    ),
  );
  uploads.droppable(place, emotion, limits);
  return place;
}

function troubles(emotion, unplayable) {
  if (!unplayable.length) return null;
  return el(
    "div",
    {},
    el("h3", { class: "problem" }, `${plural(unplayable.length, "file")} in this folder cannot be used`),
    el(
      "ul",
      { class: "rows" },
      unplayable.map(({ file, problem }) =>
        el("li", {}, el("strong", {}, file || emotion), el("span", { class: "soft" }, problem)),
      ),
    ),
  );
}

function moreButton(list, emotion, page, changed) {
  let count = page.songs.length;
  const button = el(
    "button",
    {
      type: "button",
      onclick: () =>
        attempt(async () => {
          const more = await get(`/api/songs/${emotion}?offset=${count}&limit=${PAGE}`);
          list.append(...rows(emotion, more.songs, changed));
          count += more.songs.length;
          button.hidden = count >= more.total || !more.songs.length;
        }),
    },
    `Show more of ${page.total}`,
  );
  return button;
}

const rows = (emotion, songs, changed) => songs.map((song) => row(emotion, song, changed));

function row(emotion, song, changed) {
  const path = `/api/songs/${emotion}/${encodeURIComponent(song.name)}`;
  const title = titleOf(song.name);
  const item = el("li", { class: "song" });
  const acts = el(
    "div",
    { class: "acts", hidden: true },
    el(
      "label",
      { class: "row" },
      "Move to",
      el(
        "select",
        { onchange: (event) => move(event.target.value) },
        el("option", { value: "" }, "another mood…"),
        CHOICES.filter((other) => other !== emotion).map((other) =>
          el("option", { value: other }, `${EMOJI[other]} ${moodWord(other)}`),
        ),
      ),
    ),
    el("a", { class: "button", href: path, download: song.name }, "Save"),
    el("button", { type: "button", class: "danger", onclick: erase }, "Delete"),
  );
  const more = el(
    "button",
    {
      type: "button",
      class: "bare more",
      "aria-expanded": "false",
      "aria-label": `More for ${title}`,
      onclick: () => {
        acts.hidden = !acts.hidden;
        more.setAttribute("aria-expanded", String(!acts.hidden));
      },
    },
    "⋯",
  );

  async function move(to) {
    if (to && (await attempt(() => post(`${path}/move`, { to }), `“${title}” is in ${to} now.`))) changed();
  }
  async function erase() {
    const yes = await areYouSure(`Delete “${title}”?`, `The file ${song.name} is deleted from the box.`, "Delete");
    if (yes && (await attempt(() => remove(path), `“${title}” is deleted.`))) changed();
  }

  item.append(
    listenButton(item, path, title, song.playable),
    el(
      "div",
      {},
      el("p", { class: "name" }, title),
      el(
        "p",
        { class: "soft small" },
        song.house ? "house piece · " : "",
        bytes(song.bytes),
        song.playable ? "" : ` · ${song.problem ?? "not playable"}`,
      ),
    ),
    song.house ? "" : more,
    song.house ? "" : acts,
  );
  return item;
}

/** Listen on this phone, not in the room. */
function listenButton(item, path, title, playable) {
  const shape = el("span", {});
  const draw = (which) => put(shape, icon(which));
  draw(LISTEN);
  const button = el(
    "button",
    {
      type: "button",
      class: "listen",
      disabled: !playable,
      "aria-pressed": "false",
      "aria-label": `Listen to ${title} here`,
      onclick: () => {
        const playing = item.querySelector("audio");
        for (const other of document.querySelectorAll(".song audio"))
          other.closest(".song").querySelector(".listen").dispatchEvent(new Event("quiet"));
        if (playing) return;
        const audio = el("audio", { controls: true, src: path, "aria-label": title });
        item.append(audio);
        audio.play().catch(() => {});
        button.setAttribute("aria-pressed", "true");
        draw(STOP);
      },
    },
    shape,
  );
  button.addEventListener("quiet", () => {
    item.querySelector("audio")?.remove();
    button.setAttribute("aria-pressed", "false");
    draw(LISTEN);
  });
  return button;
}

const icon = (path) =>
  svg("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { class: "solid", d: path }));
