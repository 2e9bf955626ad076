/** The door: sign in, or choose the password at the first visit. The forms work without this, too; it spares a page. */

import { ApiError, post } from "./api.js";
import { byId, say } from "./dom.js";
import { t } from "./words.js";

const again = byId("again"); // at the first visit alone

async function submit(event) {
  event.preventDefault();
  const password = byId("password").value;
  if (again && password !== again.value) return refuse(t("The two are not the same. Type it once more."), again);
  byId("submit").disabled = true;
  say(byId("problem"), "");
  try {
    await post(again ? "/api/password" : "/api/session", { password });
    if (again) location.assign("/first-days");
    else location.reload();
  } catch (error) {
    byId("submit").disabled = false;
    refuse(error.message, byId("password"));
    if (isOutdated(error)) setTimeout(() => location.reload(), 4000);
  }
  return undefined;
}

/** Somebody has set the first password meanwhile, or had the box forget it: this is the wrong door by now. */
const isOutdated = (error) => error instanceof ApiError && error.status === (again ? 401 : 409);

function refuse(text, field) {
  say(byId("problem"), text);
  field.focus();
  field.select();
}

byId("form").addEventListener("submit", submit);
if (sessionStorage.getItem("signed-out")) {
  sessionStorage.removeItem("signed-out");
  if (!byId("problem").textContent)
    say(byId("problem"), t("You have been signed out: the session has ended, or the password is another one now. Sign in again."));
}
