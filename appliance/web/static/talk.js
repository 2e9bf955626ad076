/** Speaking to the owner: short messages, and asking before what cannot be taken back. */

import { byId, say } from "./dom.js";

let timer = 0;
let undo = null;

export function begin() {
  byId("message-undo").addEventListener("click", () => {
    byId("message").hidden = true;
    undo?.();
  });
}

/** Show a message for a few seconds; a screen reader says it too. With `takeBack` a button undoes what it tells of. */
export function tell(text, takeBack = null) {
  const message = byId("message");
  undo = takeBack;
  message.hidden = false;
  byId("message-text").textContent = text;
  byId("message-undo").hidden = !takeBack;
  announce(text);
  clearTimeout(timer);
  timer = setTimeout(hide, (takeBack ? 8000 : 3000) + 60 * text.length);
}

/** A message with a button stays while the button is about to be used. */
function hide() {
  const message = byId("message");
  if (message.matches(":hover, :focus-within")) timer = setTimeout(hide, 1000);
  else message.hidden = true;
}

/** Say something to a screen reader alone. */
export function announce(text) {
  byId("spoken").textContent = text;
}

/** Carry out what the owner asked for; on failure tell why. Resolves to whether it worked. */
export async function attempt(doing, done = "", takeBack = null) {
  try {
    await doing();
  } catch (error) {
    tell(error.message);
    return false;
  }
  if (done) tell(done, takeBack);
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
