/** The guests' door: what stands behind the `#` of the link lets one in. It is not sent along with any address. */

import { ApiError, post } from "./api.js";
import { byId, say } from "./dom.js";
import { t } from "./words.js";

async function comeIn() {
  const invitation = location.hash.slice(1);
  byId("again").hidden = true;
  if (!invitation) {
    return say(byId("told"), t("You are not let in, or no longer: your visit has ended. Ask for the code, and scan it once more."));
  }
  say(byId("told"), t("Coming in …"));
  try {
    await post("/api/guest", { invitation });
    history.replaceState(null, "", location.pathname);
    location.reload();
  } catch (error) {
    say(byId("told"), error.message);
    byId("again").hidden = !(error instanceof ApiError && [0, 429].includes(error.status));
  }
  return undefined;
}

say(byId("again"), t("Try again"));
byId("again").addEventListener("click", comeIn);
sessionStorage.removeItem("signed-out");
addEventListener("hashchange", comeIn);
comeIn();
