/** Speaking to the owner: short messages, and asking before what cannot be taken back. */

import { byId, say } from "./dom.js";

let timer = 0;

/** Show a message for a few seconds; a screen reader says it too. */
export function tell(text) {
  const message = byId("message");
  message.hidden = false;
  message.textContent = text;
  announce(text);
  clearTimeout(timer);
  timer = setTimeout(
    () => {
      message.hidden = true;
    },
    3000 + 60 * text.length,
  );
}

/** Say something to a screen reader alone. */
export function announce(text) {
  byId("spoken").textContent = text;
}

/** Carry out what the owner asked for; on failure tell why. Resolves to whether it worked. */
export async function attempt(doing, done = "") {
  try {
    await doing();
  } catch (error) {
    tell(error.message);
    return false;
  }
  if (done) tell(done);
  return true;
}

/** Ask yes or no. Resolves to true for yes. */
export function areYouSure(title, text, yes) {
  const dialog = byId("sure");
  say(byId("sure-title"), title);
  say(byId("sure-text"), text);
  say(byId("sure-yes"), yes);
  dialog.returnValue = "no";
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
    byId("sure-no").focus();
  });
}
