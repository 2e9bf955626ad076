/** The other boxes of the house: pairing, parting, one music for all of them. */

import { post } from "./api.js";
import { byId, el, keep, say, set } from "./dom.js";
import { watch } from "./live.js";
import { areYouSure, attempt } from "./talk.js";
import { moodWord, t, tn } from "./words.js";

export function begin() {
  byId("together").addEventListener("click", ({ currentTarget }) =>
    attempt(() => post("/api/house/together", { on: currentTarget.getAttribute("aria-checked") !== "true" })),
  );
  byId("pairing-same").addEventListener("click", () => attempt(() => post("/api/house/answer", { same: true })));
  byId("pairing-other").addEventListener("click", () => attempt(() => post("/api/house/answer", { same: false })));
  watch("status", ({ house }) => {
    byId("house").hidden = !house?.boxes.length && !house?.pairing;
    if (house) show(house);
  });
}

function show({ together, mood, boxes, pairing }) {
  byId("together-row").hidden = !boxes.some(({ paired }) => paired);
  byId("together").setAttribute("aria-checked", String(together));
  say(
    byId("together-more"),
    together
      ? t("All paired boxes play by the moods of all rooms: {mood}.", { mood: moodWord(mood) })
      : t("Each box plays by the mood of its own room."),
  );
  byId("pairing").hidden = !pairing;
  if (pairing) showPairing(pairing);
  keep(byId("house-boxes"), boxes, ({ id }) => id, made, update);
}

function showPairing({ name, code, consented }) {
  say(
    byId("pairing-words"),
    consented
      ? t("Now say on the page of {name} too that the digits are the same.", { name })
      : code
        ? t("{name} is to be paired with this box. Does its page show the same digits?", { name })
        : t("{name} is asked …", { name }),
  );
  say(byId("pairing-code"), code ? `${code.slice(0, 3)} ${code.slice(3)}` : "");
  byId("pairing-same").hidden = !code || consented;
}

function made({ id }) {
  const button = el("button", { type: "button" });
  const node = el("div", { class: "row apart keep" }, el("div", {}, el("h3", {}), el("p", { class: "soft small" })), button);
  button.addEventListener("click", async () => {
    if (node.dataset.paired !== "true") return attempt(() => post("/api/house/pair", { box: id }));
    const name = node.querySelector("h3").textContent;
    const sure = await areYouSure(t("End the pairing?"), t("{name} and this box will know nothing of each other’s rooms.", { name }), t("End it"));
    return sure && attempt(() => post("/api/house/part", { box: id }));
  });
  return node;
}

function update(node, box) {
  node.dataset.paired = String(box.paired);
  say(node.querySelector("h3"), box.name);
  say(node.querySelector("p"), wordsOf(box));
  const button = node.querySelector("button");
  say(button, box.paired ? t("End the pairing") : t("Pair"));
  set(button, { disabled: !box.paired && !box.there });
}

function wordsOf({ paired, there, mood, people }) {
  if (!paired) return t("another box at the same broker");
  if (!there) return t("paired; it is away");
  if (!mood) return t("paired; nothing heard of it yet");
  return people ? tn("{mood}, {count} person", "{mood}, {count} people", people, { mood: moodWord(mood) }) : moodWord(mood);
}
