/** The language of the page, chosen for this browser. */

import { byId } from "./dom.js";

const COOKIE = "moodbox_language";

export function begin() {
  const select = byId("language");
  select.value = document.cookie.match(new RegExp(`${COOKIE}=([\\w-]+)`))?.[1] ?? "auto";
  select.addEventListener("change", () => location.assign(`/?language=${select.value}${location.hash}`));
}
