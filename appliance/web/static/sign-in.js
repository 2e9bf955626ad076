/** The door: sign in, or choose the password at the first visit. */

import { get, post } from "./api.js";
import { byId, say } from "./dom.js";

let first = false;

/** The box has no password yet: ask for a new one, twice. */
function chooseOne() {
  first = true;
  say(byId("title"), "Welcome");
  say(byId("words"), "Choose a password for this box. You will need it on each phone and computer that steers it.");
  say(byId("submit"), "Begin");
  byId("hint").hidden = false;
  byId("again-field").hidden = false;
  byId("again").required = true;
  byId("password").autocomplete = "new-password";
  byId("password").minLength = 8;
}

async function submit(event) {
  event.preventDefault();
  const password = byId("password").value;
  if (first && password !== byId("again").value) return refuse("The two are not the same. Type it once more.", "again");
  byId("submit").disabled = true;
  say(byId("problem"), "");
  try {
    await post(first ? "/api/password" : "/api/session", { password });
    location.reload();
  } catch (error) {
    byId("submit").disabled = false;
    refuse(error.message, "password");
  }
  return undefined;
}

function refuse(text, field) {
  say(byId("problem"), text);
  byId(field).focus();
  byId(field).select();
}

byId("form").addEventListener("submit", submit);
try {
  if (!(await get("/api/session")).password_set) chooseOne();
} catch (error) {
  say(byId("problem"), error.message);
}
