/** Quiet hours and the sleep timer. */

import { post } from "./api.js";
import { byId, el, put, say, set } from "./dom.js";
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
  const select = byId("sleep");
  const minutes = left === null || MINUTES.includes(left) ? MINUTES : [left, ...MINUTES].sort((a, b) => a - b);
  if (select.options.length !== minutes.length + 1 || !minutes.every((each, at) => select.options[at + 1].value === `${each}`)) {
    put(
      select,
      el("option", { value: "0" }, t("never")),
      minutes.map((each) => el("option", { value: String(each) }, tn("in {count} minute", "in {count} minutes", each))),
    );
  }
  if (document.activeElement !== select) set(select, { value: String(left ?? 0) });
}
