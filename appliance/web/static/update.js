/** New releases: what runs, what is on offer, and how far an update is. */

import { get, post } from "./api.js";
import { byId, el, put, say, share } from "./dom.js";
import { watch } from "./live.js";
import { areYouSure, attempt, tell } from "./talk.js";
import { moment, t } from "./words.js";

const STAGES = {
  fetching: t("It is being fetched."),
  checking: t("It is being verified."),
  unpacking: t("It is being unpacked."),
  installing: t("It is being installed and tried. That takes minutes; the music stops for a moment, and this page comes back."),
};

let shown = "";

/** What differs where more than the status tells may be another. */
const markOf = ({ latest, checked, problem, index }) => JSON.stringify([latest, checked, problem, index]);

export function begin() {
  byId("update-install").addEventListener("click", install);
  byId("update-look").addEventListener("click", look);
  watch("status", ({ update }) => {
    if (!update) return;
    progress(update);
    if (markOf(update) !== shown && !byId("box").hidden) load();
  });
}

export async function load() {
  try {
    show(await get("/api/update"));
  } catch (error) {
    tell(error.message);
  }
}

function show({ version, update, notes, created, signer, megabytes }) {
  if (!update) return;
  shown = markOf(update);
  const state = update.latest
    ? t("Moodbox {latest} is on offer; {version} runs.", { latest: update.latest, version })
    : !update.index
      ? t("Moodbox {version} runs. Nobody is asked for new releases, because the settings name no index of them.", { version })
      : update.checked
        ? t("Moodbox {version} runs. On {time} there was nothing newer.", { version, time: moment(update.checked) })
        : t("Moodbox {version} runs.", { version });
  byId("update-state").dataset.idle = state;
  const problem = byId("update-problem");
  problem.hidden = !update.problem;
  say(problem, update.problem ?? "");
  put(
    byId("update-notes"),
    update.latest ? el("p", { class: "soft" }, t("Of {time}, signed by {signer}, {size} MB", { time: moment(created), signer, size: megabytes })) : null,
    notes ? notes.trim().split("\n").map((line) => el("p", {}, line)) : [],
  );
  byId("update-install").dataset.latest = update.latest ?? "";
  progress(update);
}

function progress({ stage, share: part, latest, possible, index }) {
  const state = byId("update-state");
  say(state, stage ? STAGES[stage] : (state.dataset.idle ?? ""));
  const bar = byId("update-bar");
  bar.hidden = part === null;
  if (part !== null) {
    share(bar, part);
    bar.setAttribute("aria-valuenow", Math.round(100 * part));
  }
  byId("update-install").hidden = Boolean(stage) || !latest || !possible;
  byId("update-look").hidden = Boolean(stage) || !index;
}

async function install() {
  const latest = byId("update-install").dataset.latest;
  const sure = await areYouSure(
    t("Install Moodbox {version}?", { version: latest }),
    t("It is installed beside the release that runs and tried; if the box does not play with it, it goes back by itself."),
    t("Install it"),
  );
  if (sure) await attempt(() => post("/api/update", { do: "install" }));
}

async function look() {
  await attempt(() => post("/api/update", { do: "look" }), t("The index is asked."));
}
