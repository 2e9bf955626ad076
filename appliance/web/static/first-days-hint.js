/** On the page, while the first days are not done with: where to go on. */

import { post } from "./api.js";
import { byId, el, put } from "./dom.js";
import { attempt } from "./talk.js";
import { t } from "./words.js";

export function begin() {
  if (!("resume" in document.body.dataset)) return;
  const card = byId("first-days");
  const dismiss = async () => {
    if (!(await attempt(() => post("/api/first-days", { step: "done", begun: true, over: true }), t("You find the first steps again under Box.")))) return;
    card.hidden = true;
    byId("main").focus();
  };
  put(
    card,
    el("p", { class: "grow" }, t("The first steps are not done yet.")),
    el("a", { class: "button", href: "/first-days" }, t("Go on")),
    el("button", { type: "button", class: "bare", onclick: dismiss }, t("No more")),
  );
  card.hidden = false;
}
