/** This device: notifications when the mood needs attention, and how the page is encrypted. */

import { get } from "./api.js";
import { byId, el, put } from "./dom.js";
import { KEY, isWanted } from "./notices.js";
import { tell } from "./talk.js";
import { moment, t } from "./words.js";

export async function load() {
  const able = globalThis.isSecureContext && globalThis.Notification !== undefined;
  const box = el("input", { type: "checkbox", id: "notify", checked: isWanted(), disabled: !able, "aria-describedby": "notify-more", onchange: choose });
  const place = byId("device-card");
  put(
    place,
    el("div", { class: "row keep apart" }, el("div", {}, el("label", { for: "notify" }, t("Tell me when the mood needs attention")), el("p", { class: "soft small", id: "notify-more" }, able ? t("A notification of the browser’s when the mood turns unpleasant, as long as the page is open, also in the background.") : t("Browsers allow notifications by HTTPS only."))), box),
  );
  try {
    place.append(...words(await get("/api/https")));
  } catch (error) {
    tell(error.message);
  }
}

function words({ wanted, port, fingerprint, until, own, problem }) {
  if (!wanted) return [el("p", { class: "soft small" }, t("This page is plain HTTP. With HTTPS (web.https in the settings) it can be installed as an app, and nobody in the network can read along."))];
  if (!port) return [el("p", { class: "problem small" }, problem)];
  const secure = location.protocol === "https:";
  const there = Object.assign(new URL("/", location), { protocol: "https:", port });
  return [
    secure ? null : el("p", {}, el("a", { href: there.href }, t("This page by HTTPS"))),
    el("p", { class: "soft small" }, own ? t("Your certificate is good until {time}.", { time: moment(until) }) : t("The box made its certificate itself, so browsers warn once. Go on only if they show this fingerprint (SHA-256):")),
    el("code", { class: "fingerprint small", tabindex: 0 }, fingerprint),
  ].filter(Boolean);
}

async function choose(event) {
  const box = event.target;
  if (box.checked && (await Notification.requestPermission()) !== "granted") {
    box.checked = false;
    return tell(t("The browser does not allow it; allow notifications for this page in its settings."));
  }
  localStorage.setItem(KEY, box.checked ? "yes" : "no");
  return undefined;
}
