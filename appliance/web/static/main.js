/** The page: which section is shown, and the start of everything. */

import { byId } from "./dom.js";
import * as live from "./live.js";
import * as now from "./now.js";
import * as mirror from "./mirror.js";
import * as player from "./player.js";
import * as firstDays from "./first-days-hint.js";
import * as queue from "./queue.js";
import * as screen from "./screen.js";
import * as talk from "./talk.js";
import * as choices from "./choices.js";
import * as wrong from "./wrong.js";
import * as history from "./history.js";
import * as songs from "./songs.js";
import * as aim from "./aim.js";
import * as box from "./box.js";
import * as language from "./language.js";
import { t } from "./words.js";

/** A section is told when it is shown and when it is left. */
const SECTIONS = { now: {}, history, songs, aim, box };
const TITLES = { history: t("History"), songs: t("Songs"), aim: t("Aim"), box: t("Box") };

let shown = null;

function show(moved) {
  const [wanted, ...rest] = location.hash.slice(1).split("/");
  const name = wanted in SECTIONS ? wanted : "now";
  if (shown !== name) SECTIONS[shown]?.leave?.();
  for (const other of Object.keys(SECTIONS)) byId(other).hidden = other !== name;
  for (const link of document.querySelectorAll(".sections a")) {
    if (link.hash === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = name === "now" ? "Moodbox" : `${TITLES[name]} · Moodbox`;
  if (shown !== name && moved) {
    scrollTo(0, 0);
    byId(name === "now" ? "main" : `${name}-title`).focus({ preventScroll: true });
  }
  shown = name;
  document.body.dataset.section = name;
  SECTIONS[name].enter?.(rest.join("/"));
}

for (const part of [talk, mirror, now, player, queue, screen, firstDays, choices, wrong, history, songs, aim, box, language]) part.begin?.();
for (const button of document.querySelectorAll("dialog [data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}
document.querySelector(".skip-link").addEventListener("click", (event) => {
  event.preventDefault();
  byId("main").focus();
});
addEventListener("hashchange", () => show(true));
show(false);
live.watch("back", () => (SECTIONS[shown].refresh ?? SECTIONS[shown].enter)?.());
live.start();
