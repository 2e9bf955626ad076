/** Loudspeakers in several rooms: how loud each is, whether it is silent, how late its sound is; or whose music is heard. */

import { patch } from "./api.js";
import { byId, el, keep, say, set } from "./dom.js";
import { watch } from "./live.js";
import { attempt } from "./talk.js";
import { t } from "./words.js";

export function begin() {
  watch("status", ({ speakers, follow }) => {
    byId("follow").hidden = !follow;
    say(byId("follow"), follow ? followWords(follow) : "");
    byId("speakers").hidden = !speakers?.length;
    keep(byId("speakers"), speakers ?? [], ({ id }) => id, made, update);
  });
}

function followWords({ box, address, playing }) {
  if (!address) return t("This box plays what {name} plays, which is away now.", { name: box });
  return playing
    ? t("This box plays what {name} plays. Its mood, its songs and the volume of this room are on that box’s page.", { name: box })
    : t("This box plays what {name} plays, and is silent now.", { name: box });
}

function made({ id }) {
  const change = (what) => attempt(() => patch("/api/speakers", { id, ...what }));
  const input = (type, limits, name) =>
    el("input", { type, ...limits, onchange: ({ target }) => target.validity.valid && change({ [name]: Number(target.value) }) });
  const loud = input("range", { min: 0, max: 100, step: 1 }, "volume");
  const late = input("number", { min: -2000, max: 2000, step: 1 }, "latency");
  const silent = el("input", { type: "checkbox", onchange: ({ target }) => change({ muted: target.checked }) });
  return el(
    "div",
    { class: "keep", role: "group" },
    el("h3", {}),
    el("p", { class: "soft small" }),
    el("div", { class: "row apart" }, el("label", {}, t("Volume"), loud), el("label", {}, silent, t("Silent"))),
    el("div", { class: "row apart" }, el("label", {}, t("Late by (ms)"), late)),
  );
}

function update(node, { name, connected, volume, muted, latency }) {
  const [loud, silent, late] = node.querySelectorAll("input");
  node.setAttribute("aria-label", name);
  say(node.querySelector("h3"), name);
  say(node.querySelector("p"), connected ? "" : t("not connected"));
  set(silent, { checked: muted });
  if (document.activeElement !== loud) set(loud, { value: volume });
  if (document.activeElement !== late) set(late, { value: latency });
  for (const each of [loud, silent, late]) set(each, { disabled: !connected });
}
