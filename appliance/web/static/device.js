/** This device: the app's shell, a notification when the mood needs attention, and how the page is encrypted. */

import { get } from "./api.js";
import { byId, el, put } from "./dom.js";
import { UNPLEASANT } from "./emotions.js";
import * as live from "./live.js";
import { tell } from "./talk.js";
import { moment, moodWord, t } from "./words.js";

const KEY = "notify";
let before = null;

export function begin() {
  if (location.protocol === "https:") navigator.serviceWorker?.register("/service-worker.js").catch(() => {}); // the page works without
  live.stayWatchful(isWanted);
  live.watch("status", notice);
}

const isWanted = () => localStorage.getItem(KEY) === "yes" && globalThis.Notification?.permission === "granted";

/** A mood that is unpleasant and has just been judged is told to whoever does not look at the page. */
function notice({ mood }) {
  const fresh = before !== null && mood.since !== before;
  before = mood.since;
  if (!fresh || mood.told || !UNPLEASANT.includes(mood.mood) || !isWanted()) return;
  if (document.hidden || !document.hasFocus()) notify(t("The mood is {mood}.", { mood: moodWord(mood.mood) }), t("since {time}", { time: moment(mood.since) }));
}

async function notify(title, body) {
  const options = { body, tag: "mood", icon: document.querySelector('link[rel="icon"]').href };
  const worker = await navigator.serviceWorker?.getRegistration();
  if (worker?.active) await worker.showNotification(title, options);
  else new Notification(title, options);
}

export async function load() {
  const able = globalThis.isSecureContext && globalThis.Notification !== undefined;
  const box = el("input", { type: "checkbox", id: "notify", checked: isWanted(), disabled: !able, "aria-describedby": "notify-more", onchange: choose });
  const place = byId("device-card");
  put(
    place,
    el("h2", {}, t("This device")),
    el("div", { class: "row keep apart" }, el("div", {}, el("label", { for: "notify" }, t("Tell me when the mood needs attention")), el("p", { class: "soft small", id: "notify-more" }, able ? t("A notification of the browser’s when the mood turns unpleasant, as long as the page is open, also in the background.") : t("Browsers allow notifications by HTTPS only."))), box),
  );
  try {
    place.append(...words(await get("/api/https")));
  } catch (error) {
    tell(error.message);
  }
}

function words({ wanted, port, fingerprint, until, own, problem }) {
  if (!wanted) return [el("p", { class: "soft small" }, t("This page is plain HTTP. With HTTPS (web.https in the settings) it can be installed as an app, and nobody in the network can read along."))];
  if (!port) return [el("p", { class: "problem small" }, problem)];
  const secure = location.protocol === "https:";
  const there = Object.assign(new URL("/", location), { protocol: "https:", port });
  return [
    secure ? null : el("p", {}, el("a", { href: there.href }, t("This page by HTTPS"))),
    el("p", { class: "soft small" }, own ? t("Your certificate is good until {time}.", { time: moment(until) }) : t("The box made its certificate itself, so browsers warn once. Go on only if they show this fingerprint (SHA-256):")),
    el("code", { class: "fingerprint small", tabindex: 0 }, fingerprint),
  ].filter(Boolean);
}

async function choose(event) {
  const box = event.target;
  if (box.checked && (await Notification.requestPermission()) !== "granted") {
    box.checked = false;
    return tell(t("The browser does not allow it; allow notifications for this page in its settings."));
  }
  localStorage.setItem(KEY, box.checked ? "yes" : "no");
  return undefined;
}
