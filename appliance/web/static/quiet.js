/** Quiet hours and the sleep timer. */

import { post } from "./api.js";
import { byId, offer, say } from "./dom.js";
import { watch } from "./live.js";
import { attempt } from "./talk.js";
import { moment, t, tn } from "./words.js";

const MINUTES = [15, 30, 45, 60, 90, 120];

export function begin() {
  byId("quiet").addEventListener("click", (event) => {
    const on = event.currentTarget.getAttribute("aria-checked") !== "true";
    attempt(() => post("/api/quiet", { on }));
  });
  byId("sleep").addEventListener("change", (event) =>
    attempt(() => post("/api/sleep", { minutes: Number(event.target.value) || null })),
  );
  watch("status", ({ quiet }) => show(quiet));
}

function show({ active, until, sleep_minutes: left }) {
  byId("quiet").setAttribute("aria-checked", String(active));
  say(
    byId("quiet-more"),
    active
      ? until
        ? t("The camera is closed and the music pauses until {time}.", { time: moment(until) })
        : t("The camera is closed and the music pauses.")
      : t("Closes the camera and pauses the music until the morning."),
  );
  const minutes = left === null || MINUTES.includes(left) ? MINUTES : [left, ...MINUTES].sort((a, b) => a - b);
  const words = (each) => (each ? tn("in {count} minute", "in {count} minutes", each) : t("never"));
  offer(byId("sleep"), [0, ...minutes], words, left ?? 0);
}
