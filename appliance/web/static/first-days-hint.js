/** On the page, while the first days are not done with: where to go on. */

import { post } from "./api.js";
import { byId } from "./dom.js";
import { attempt } from "./talk.js";
import { t } from "./words.js";

export function begin() {
  byId("first-days-dismiss").addEventListener("click", async () => {
    if (!(await attempt(() => post("/api/first-days", { step: "done", begun: true, over: true }), t("You find the first steps again under Box.")))) return;
    byId("first-days").hidden = true;
    byId("main").focus();
  });
}
