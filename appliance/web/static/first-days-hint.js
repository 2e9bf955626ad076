/** On the page, while the first days are not done with: where to go on. */

import { get, post } from "./api.js";
import { byId, el, put } from "./dom.js";
import { attempt } from "./talk.js";
import { t } from "./words.js";

export async function begin() {
  let days;
  try {
    days = await get("/api/first-days");
  } catch {
    return; // the banner tells of a box that does not answer
  }
  if (!days.begun || days.over) return;
  const card = byId("first-days");
  const dismiss = async () => {
    if (!(await attempt(() => post("/api/first-days", { ...days, over: true }), t("You find the first steps again under Box.")))) return;
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
