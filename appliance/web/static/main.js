/** The page: which section is shown, and the start of everything. */

import { byId, el } from "./dom.js";
import * as live from "./live.js";
import * as now from "./now.js";
import * as mirror from "./mirror.js";
import * as player from "./player.js";
import * as notices from "./notices.js";
import * as firstDays from "./first-days-hint.js";
import * as queue from "./queue.js";
import * as quiet from "./quiet.js";
import * as house from "./house.js";
import * as speakers from "./speakers.js";
import * as screen from "./screen.js";
import * as talk from "./talk.js";
import * as choices from "./choices.js";
import * as wrong from "./wrong.js";
import * as history from "./history.js";
import * as songs from "./songs.js";
import * as aim from "./aim.js";
import * as language from "./language.js";
import { t } from "./words.js";

/** A section is told when it is shown and when it is left. */
const SECTIONS = {
  now: {},
  history,
  songs,
  aim,
  box: later("box", "/static/box.css", () => import("./box.js")),
  map: later("map", "/static/map.css", () => import("./map.js")),
  lists: later("lists", "/static/lists.css", () => import("./lists.js")),
};
const TITLES = { history: t("History"), songs: t("Songs"), aim: t("Aim"), box: t("Box"), map: t("Map"), lists: t("Lists") };
const WITHIN = { map: "songs", lists: "songs" }; // sections that are reached by way of others

let shown = null;

/** A section whose script and style come when it is first shown. */
function later(name, style, load) {
  let part = null;
  let coming = null;
  const come = async () => {
    const link = el("link", { rel: "stylesheet", href: style });
    const dressed = new Promise((resolve, reject) => Object.assign(link, { onload: resolve, onerror: reject }));
    document.head.append(link);
    [part] = await Promise.all([load(), dressed]);
    part.begin();
  };
  return {
    async enter(rest) {
      coming ??= come();
      try {
        await coming;
      } catch {
        coming = null;
        return talk.tell(t("The box does not answer. Try again in a moment."));
      }
      if (shown === name) part.enter(rest);
    },
    leave: () => part?.leave?.(),
    refresh: () => part?.refresh?.(),
  };
}

function show(moved) {
  const [wanted, ...rest] = location.hash.slice(1).split("/");
  const name = wanted in SECTIONS ? wanted : "now";
  if (shown !== name) SECTIONS[shown]?.leave?.();
  for (const other of Object.keys(SECTIONS)) byId(other).hidden = other !== name;
  for (const link of document.querySelectorAll(".sections a")) {
    if (link.hash === `#${WITHIN[name] ?? name}`) link.setAttribute("aria-current", "page");
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

for (const part of [talk, mirror, now, player, queue, screen, firstDays, choices, quiet, house, speakers, wrong, history, songs, aim, notices, language]) part.begin?.();
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
