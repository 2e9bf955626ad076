/**
 * What the box is doing, as it happens: one event stream, tried again for as long as it is lost, with an honest banner
 * while what is shown may be old.
 */

import { get, signedOut } from "./api.js";
import { byId, say } from "./dom.js";
import { t, timeOfDay } from "./words.js";

const QUIET = 25000; // ms without news after which the box is asked whether it is still there
const PATIENCE = 6000;
const UNSEEN = 30000; // ms after which a page that nobody sees gives its connection back: a browser has six for a box

const watchers = { status: new Set(), faces: new Set(), aim: new Set(), lost: new Set(), back: new Set() };
let source = null;
let aiming = false;
let heard = 0; // when the last news came, by the page's own clock
let lastAt = null; // the same by the time of day
let lost = false;
let skew = 0; // ms that the box's clock is ahead of this device's
let retry = 0;
let delay = 1000;
let rest = 0;
let asleep = false;
let latest = null;
let isWatchful = () => false;

/**
 * Call `what` with each `status`, `faces` or `aim`, with true and false as the box is `lost` and found, or when it is
 * `back`; returns how to stop that.
 */
export function watch(kind, what) {
  watchers[kind].add(what);
  if (kind === "status" && latest) what(latest);
  if (kind === "aim") setTimeout(follow);
  return () => {
    watchers[kind].delete(what);
    if (kind === "aim") setTimeout(follow);
  };
}

/** The time of day by the box's clock, in ms. */
export const boxTime = () => Date.now() + skew;

/** While `what` says so, a page in the background keeps its stream. */
export function stayWatchful(what) {
  isWatchful = what;
}

/** Begin. */
export function start() {
  connect();
  setInterval(check, 5000);
  addEventListener("offline", () => lose());
  addEventListener("online", () => connect());
  document.addEventListener("visibilitychange", seen);
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => event.persisted && connect());
}

/** Ask for the camera's aim only while someone looks at it. */
function follow() {
  const wanted = watchers.aim.size > 0;
  if (wanted !== aiming) {
    aiming = wanted;
    connect();
  }
}

/** A page in the background lets go of the stream after a while, and takes it up again when it is looked at. */
function seen() {
  clearTimeout(rest);
  if (document.hidden && isWatchful()) return;
  if (document.hidden) {
    rest = setTimeout(() => {
      asleep = true;
      source?.close();
      clearTimeout(retry);
    }, UNSEEN);
  } else if (asleep) {
    connect();
  } else {
    probe();
  }
}

function connect() {
  asleep = false;
  clearTimeout(retry);
  source?.close();
  source = new EventSource(`/api/stream?changes=1${aiming ? "&aim=1" : ""}`);
  for (const kind of ["status", "change", "faces", "aim"]) {
    source.addEventListener(kind, (event) => news(kind, JSON.parse(event.data)));
  }
  heard = performance.now();
  source.onerror = () => lose();
}

function news(kind, value) {
  heard = performance.now();
  lastAt = new Date();
  delay = 1000;
  if (kind === "status") {
    latest = value;
    skew = new Date(value.at) - Date.now();
  } else if (kind === "change") {
    latest = merged(latest, value);
  }
  if (lost || kind === "status") found();
  if (kind === "status" || kind === "change") for (const what of watchers.status) what(latest, kind === "status" || "player" in value);
  else for (const what of watchers[kind]) what(value);
}

/** An object with a JSON merge patch applied (RFC 7396). */
function merged(whole, patch) {
  const made = { ...whole };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) made[name] = null;
    else if (typeof value === "object" && !Array.isArray(value)) made[name] = merged(made[name] ?? {}, value);
    else made[name] = value;
  }
  return made;
}

function found() {
  const back = lost;
  lost = false;
  byId("banner").hidden = true;
  document.body.classList.remove("lost");
  for (const what of watchers.lost) what(false);
  if (back) for (const what of watchers.back) what();
}

/** The stream is gone: say so, and try again, each time after a longer while. */
function lose() {
  if (asleep) return;
  source?.close();
  clearTimeout(retry);
  if (!lost) {
    lost = true;
    document.body.classList.add("lost");
    for (const what of watchers.lost) what(true);
    const since = lastAt ? ` ${t("What you see is from {time}.", { time: timeOfDay(lastAt) })}` : "";
    say(byId("banner"), t("Not connected to the box; trying again.") + since);
    byId("banner").hidden = false;
  }
  retry = setTimeout(again, delay);
  delay = Math.min(2 * delay, 15000);
}

/** A stream that is refused may mean that the session has ended; then asking shows the sign-in page. */
async function again() {
  try {
    if (!(await get("/api/session", PATIENCE)).signed_in) return signedOut();
  } catch {
    return lose();
  }
  connect();
}

function check() {
  if (!lost && !asleep && performance.now() - heard > QUIET) probe();
}

/** A sleeping phone or a dead radio leaves the stream open without an end: ask. */
async function probe() {
  if (lost) return connect();
  try {
    await get("/api/session", PATIENCE);
    heard = performance.now();
  } catch {
    lose();
  }
}
