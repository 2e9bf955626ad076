/** Where the sound goes: a choice of the outputs that there are, and a button for the test tone. */

import { get, post } from "./api.js";
import { el } from "./dom.js";
import { attempt, tell } from "./talk.js";
import { t } from "./words.js";

/** The outputs for people to choose from, as `{ device, name, chosen, in_use }`. */
export const known = () => get("/api/outputs");

/** A select with what is chosen; `chosen` is called with the device of another one. */
export function choice(outputs, id, described, chosen) {
  return el(
    "select",
    { id, "aria-describedby": described, onchange: (event) => chosen(event.target.value) },
    outputs.map(({ device, name, chosen: now }) => el("option", { value: device, selected: now }, name)),
  );
}

/** Plays two notes through the output that is in use, the first from the left. */
export function toneButton() {
  let playing = false;
  return el(
    "button",
    {
      type: "button",
      onclick: async () => {
        if (playing) return;
        playing = true;
        tell(t("Two notes: the first from the left, the second from the right."));
        await attempt(() => post("/api/output/test", {}));
        playing = false;
      },
    },
    t("Test tone"),
  );
}
