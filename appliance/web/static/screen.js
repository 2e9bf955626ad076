/** The mirror on a whole screen (`/mirror`): for an old tablet or a television. It dims when nobody is there. */

import { byId } from "./dom.js";
import { watch } from "./live.js";

const ALONE = 60000; // ms without a face after which the screen dims
const SHIFT = 90000; // ms from one shift of the whole picture to the next: no pixel shows the same for hours
const PLACES = ["", "shift-1", "shift-2", "shift-3"];

let timer = 0;
let place = 0;

const isScreen = () => document.body.classList.contains("screen");

export function begin() {
  if (!isScreen()) return;
  watch("faces", (faces) => wake(faces.length > 0));
  wake(true);
  setInterval(() => {
    place = (place + 1) % PLACES.length;
    document.body.dataset.place = PLACES[place];
  }, SHIFT);
  document.addEventListener("keydown", (event) => event.key === "Escape" && !document.fullscreenElement && location.assign("/"));
  byId("mirror-canvas").addEventListener("dblclick", fill);
  byId("mirror-fill").hidden = !document.documentElement.requestFullscreen;
  byId("mirror-fill").addEventListener("click", fill);
  stayAwake();
  document.addEventListener("visibilitychange", () => document.hidden || stayAwake());
}

const fill = () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());

/** Bright with a face in sight; dim a minute after the last one. */
function wake(there) {
  if (there) document.body.classList.remove("dim");
  clearTimeout(timer);
  timer = setTimeout(() => document.body.classList.add("dim"), ALONE);
  if (there) clearTimeout(timer);
}

/** Where the browser lets a page ask (over HTTPS), the screen is kept on. */
async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // an empty battery, or a browser that does not allow it: the device's own setting decides
  }
}
