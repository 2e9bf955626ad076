/** Hearing a song on this device, not in the room; the lock screen and the keys of a headset know of it. */

import { coverPath } from "./cover.js";
import { byId, say } from "./dom.js";
import { t, titleOf } from "./words.js";

export function begin() {
  byId("listening-close").addEventListener("click", stop);
  const audio = byId("listening-audio");
  audio.addEventListener("error", () => audio.getAttribute("src") && say(byId("listening-title"), t("This song cannot be heard here.")));
  if (!navigator.mediaSession) return;
  for (const [action, what] of Object.entries({ play: () => audio.play(), pause: () => audio.pause(), stop }))
    navigator.mediaSession.setActionHandler(action, what);
}

/** Begin with a song; the one that is heard already stops. */
export function listen(song, path) {
  const audio = byId("listening-audio");
  if (audio.getAttribute("src") === path) return stop();
  const title = song.title || titleOf(song.file);
  byId("listening").hidden = false;
  say(byId("listening-title"), title);
  audio.src = path;
  audio.play().catch(() => {}); // a browser that wants another tap shows its own button
  if (navigator.mediaSession) {
    navigator.mediaSession.metadata = new MediaMetadata({
      title,
      artist: song.artist,
      album: song.album,
      artwork: [{ src: new URL(coverPath(song.file), location.href).href }],
    });
  }
}

function stop() {
  const audio = byId("listening-audio");
  audio.pause();
  audio.removeAttribute("src");
  audio.load();
  byId("listening").hidden = true;
  if (navigator.mediaSession) navigator.mediaSession.metadata = null;
}
