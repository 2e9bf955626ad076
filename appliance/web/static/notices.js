/** The app's shell, and a notification when the mood needs attention, if the owner wishes it on this device. */

import { UNPLEASANT } from "./emotions.js";
import * as live from "./live.js";
import { moment, moodWord, t } from "./words.js";

/** Where this browser keeps the wish. */
export const KEY = "notify";
let before = null;

export function begin() {
  if (location.protocol === "https:") navigator.serviceWorker?.register("/service-worker.js").catch(() => {}); // the page works without
  live.stayWatchful(isWanted);
  live.watch("status", notice);
}

export const isWanted = () => localStorage.getItem(KEY) === "yes" && globalThis.Notification?.permission === "granted";

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
