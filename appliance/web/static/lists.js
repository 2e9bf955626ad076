/** Lists from files and services: what each names, what of it is on the box; added, read again and forgotten. */

import { get, post, remove, upload } from "./api.js";
import { byId, el, put } from "./dom.js";
import { mark } from "./marks.js";
import { areYouSure, attempt, tell } from "./talk.js";
import { CHOICES, moment, moodWord, number, t, tn } from "./words.js";

const PATIENCE = 300000; // ms for a service that lets the box wait
const SHOWN = 200; // songs that are shown at a time

let opened = null; // the list whose songs are shown

export function begin() {
  const moods = el(
    "select",
    { id: "list-mood" },
    el("option", { value: "" }, t("each for its own mood")),
    CHOICES.map((emotion) => el("option", { value: emotion }, moodWord(emotion))),
  );
  const pick = el("input", { type: "file", id: "list-file", class: "spoken", accept: ".csv,.m3u,.m3u8,.xspf,.jspf,.json", onchange: send });
  byId("lists").append(
    el("p", { class: "soft" }, el("a", { href: "#songs" }, t("Songs")), " · ", t("A list names songs; the box finds those that it has. It is read again every week, and no song is ever deleted.")),
    el("ul", { class: "stack", id: "lists-all" }),
    el(
      "form",
      { class: "card stack", id: "list-form", onsubmit: add },
      el("h2", {}, t("Add a list")),
      el(
        "div",
        { class: "field" },
        el("label", { for: "list-address" }, t("Address")),
        el("input", { type: "text", id: "list-address", autocomplete: "off", inputmode: "url", maxlength: 2000, "aria-describedby": "list-hint" }),
        el("p", { class: "soft small", id: "list-hint" }, t("Of a playlist at ListenBrainz or Spotify, or of a file: CSV, M3U, XSPF or JSPF.")),
      ),
      el("div", { class: "field" }, el("label", { for: "list-mood" }, t("Its songs play")), moods),
      el("div", { class: "row picked" }, el("button", { type: "submit", class: "primary", id: "list-add" }, t("Add it")), pick, el("label", { class: "button", for: "list-file" }, t("Add a file"))),
    ),
  );
}

export async function enter() {
  try {
    const { lists } = await get("/api/lists");
    put(byId("lists-all"), lists.length ? lists.map(card) : el("li", { class: "soft" }, t("There are no lists yet.")));
    if (opened) await showSongs(opened);
  } catch (error) {
    tell(error.message);
  }
}

export const refresh = () => enter();

function card(list) {
  const counts = [
    tn("{count} song", "{count} songs", list.songs),
    t("{here} on this box", { here: number(list.here) }),
    list.new ? t("{fresh} new", { fresh: number(list.new) }) : "",
    list.refreshed ? t("read {time}", { time: moment(list.refreshed) }) : t("not read yet"),
  ];
  return el(
    "li",
    { class: "card stack", "data-list": list.list },
    el("div", { class: "row keep" }, list.emotion ? mark(list.emotion) : null, el("div", { class: "grow" }, el("h2", {}, el("bdi", {}, list.name)), el("p", { class: "soft small list-source" }, list.source))),
    el("p", { class: "numbers" }, counts.filter(Boolean).join(" · ")),
    list.problem ? el("p", { class: "problem small" }, list.problem) : null,
    el(
      "div",
      { class: "row" },
      el("button", { type: "button", "aria-expanded": "false", class: "list-open", onclick: () => toggle(list.list) }, t("Songs")),
      list.again ? el("button", { type: "button", onclick: (event) => readAgain(event.target, list) }, t("Read it again")) : el("p", { class: "soft small" }, t("To read it again, add the file of this name again.")),
      el("button", { type: "button", class: "danger", onclick: () => forget(list) }, t("Forget")),
    ),
    el("div", { class: "stack list-songs", hidden: true }),
  );
}

const cardOf = (key) => byId("lists-all").querySelector(`[data-list="${key}"]`);

async function toggle(key) {
  const before = opened;
  opened = before === key ? null : key;
  if (before && cardOf(before)) {
    cardOf(before).querySelector(".list-songs").hidden = true;
    cardOf(before).querySelector(".list-open").setAttribute("aria-expanded", "false");
  }
  if (opened) await showSongs(opened);
}

async function showSongs(key, missing = true, shown = SHOWN) {
  const place = cardOf(key)?.querySelector(".list-songs");
  if (!place) return;
  try {
    const { total, songs } = await get(`/api/lists/${key}?${new URLSearchParams({ missing, limit: SHOWN })}`);
    const more = [];
    while (songs.length + more.length < Math.min(shown, total)) {
      const next = await get(`/api/lists/${key}?${new URLSearchParams({ missing, limit: SHOWN, offset: songs.length + more.length })}`);
      if (!next.songs.length) break;
      more.push(...next.songs);
    }
    const box = el("input", { type: "checkbox", checked: missing, onchange: (event) => showSongs(key, event.target.checked) });
    put(
      place,
      el("label", { class: "row pick-label" }, box, t("Only what is not on this box")),
      total ? el("ul", { class: "rows" }, [...songs, ...more].map(row)) : el("p", { class: "soft" }, missing ? t("All of it is on this box.") : t("It names no songs.")),
      total > songs.length + more.length ? el("button", { type: "button", onclick: () => showSongs(key, missing, shown + SHOWN) }, t("Show more")) : null,
    );
    place.hidden = false;
    cardOf(key).querySelector(".list-open").setAttribute("aria-expanded", "true");
  } catch (error) {
    tell(error.message);
  }
}

function row({ text, here, new: fresh, gone }) {
  const words = [here ?? t("not on this box"), fresh ? t("new") : "", gone ? t("no longer on the list at its source") : ""];
  return el("li", {}, el("div", { class: "grow" }, el("p", {}, el("bdi", {}, text)), el("p", { class: "soft small" }, words.filter(Boolean).join(" · "))));
}

async function add(event) {
  event.preventDefault();
  const address = byId("list-address").value.trim();
  if (!address) return byId("list-address").focus();
  await busy(byId("list-add"), async () => {
    const list = await post("/api/lists", { address, emotion: byId("list-mood").value || null }, PATIENCE);
    byId("list-address").value = "";
    told(list);
  });
}

async function send(event) {
  const [file] = event.target.files;
  event.target.value = "";
  if (!file) return;
  const mood = byId("list-mood").value;
  const path = `/api/lists/${encodeURIComponent(file.name)}${mood ? `?emotion=${mood}` : ""}`;
  await busy(byId("list-add"), async () => {
    await upload(path, file, new AbortController().signal, () => {});
    tell(t("“{name}” is read.", { name: file.name }));
  });
}

async function readAgain(button, { list }) {
  await busy(button, async () => told(await post(`/api/lists/${list}/refresh`, {}, PATIENCE)));
}

const told = ({ name, new: fresh, problem }) => tell(problem ?? tn("“{name}” is read: {count} new song.", "“{name}” is read: {count} new songs.", fresh, { name }));

async function busy(button, doing) {
  button.disabled = true;
  await attempt(doing);
  button.disabled = false;
  await enter();
}

async function forget({ list, name }) {
  if (!(await areYouSure(t("Forget “{name}”?", { name }), t("The list is forgotten; no song is deleted."), t("Forget")))) return;
  await attempt(() => remove(`/api/lists/${list}`), t("“{name}” is forgotten.", { name }));
  await enter();
  byId("lists-title").focus();
}
