/** What the owner's corrections have taught the box: shown, exported, taken back. */

import { get, remove } from "./api.js";
import { byId, el, put, say, svg } from "./dom.js";
import { mark } from "./marks.js";
import { areYouSure, attempt, tell } from "./talk.js";
import { moment, moodWord, number, percent, t, titleOf, tn } from "./words.js";

const MEANING = t("Bars to the right: seen more readily than on the first day; to the left: less readily.");

export function begin() {
  byId("learned-forget").addEventListener("click", async () => {
    const yes = await areYouSure(
      t("Forget what you taught it?"),
      t("All your corrections are thrown away, and faces are read as on the first day."),
      t("Forget it all"),
    );
    if (yes && (await attempt(() => remove("/api/calibration"), t("All that you taught it is forgotten.")))) load();
  });
}

export async function load() {
  try {
    const [calibration, corrections, dislikes] = await Promise.all(
      ["calibration", "corrections", "dislikes"].map((what) => get(`/api/${what}`)),
    );
    showCalibration(calibration);
    showCorrections(corrections);
    showDislikes(dislikes);
  } catch (error) {
    tell(error.message);
  }
}

function showCalibration({ strength, limit, corrections, shift }) {
  const shifts = Object.entries(shift).filter(([, by]) => Math.abs(by) >= 0.005);
  say(
    byId("learned"),
    corrections
      ? `${tn("From {count} correction: {share} of the most that it may learn.", "From {count} corrections: {share} of the most that it may learn.", corrections, { share: percent(strength) })} ${MEANING}`
      : t("Nothing yet. When you say “That’s wrong” on the first page, the box learns how the faces of this household look."),
  );
  put(
    byId("learned-shift"),
    shifts.map(([emotion, by]) =>
      el(
        "div",
        { class: "shift" },
        mark(emotion),
        el("span", {}, moodWord(emotion)),
        bar(emotion, by / limit),
        el("span", { class: "numbers soft small" }, `${by > 0 ? "+" : "−"}${number(Math.abs(by), 2)}`),
      ),
    ),
  );
  byId("learned-forget").disabled = !corrections;
}

/** To the right: read more readily; to the left: less. */
function bar(emotion, part) {
  const length = 50 * Math.min(1, Math.abs(part));
  return svg(
    "svg",
    {
      viewBox: "0 0 100 10",
      preserveAspectRatio: "none",
      "data-mood": emotion,
      role: "img",
      "aria-label": part > 0 ? t("read more readily") : t("read less readily"),
    },
    svg("rect", { class: "ground", x: 0, y: 3, width: 100, height: 4 }),
    svg("rect", { class: "bar", x: part < 0 ? 50 - length : 50, y: 0, width: length, height: 10 }),
    svg("path", { class: "middle", d: "M50 0V10", "vector-effect": "non-scaling-stroke" }),
  );
}

function showCorrections(corrections) {
  const rows = corrections.map((correction) =>
    el(
      "li",
      {},
      el(
        "div",
        { class: "grow" },
        el(
          "p",
          {},
          mark(correction.was),
          ` ${moodWord(correction.was)} → `,
          mark(correction.mood),
          " ",
          el("strong", {}, moodWord(correction.mood)),
        ),
        el("p", { class: "soft small numbers" }, moment(correction.at)),
      ),
      el(
        "button",
        {
          type: "button",
          "aria-label": t("Take back: it was {mood}, {time}", { mood: moodWord(correction.mood), time: moment(correction.at) }),
          onclick: () => takeBack(correction.id),
        },
        t("Take back"),
      ),
    ),
  );
  put(byId("corrections"), rows.length ? rows : el("li", { class: "soft" }, t("None.")));
}

/** Skipped often, or said not to fit: they come less often in that mood. */
function showDislikes(dislikes) {
  const rows = dislikes.map(({ emotion, file, dislike }) =>
    el(
      "li",
      {},
      mark(emotion),
      el(
        "div",
        { class: "grow" },
        el("p", {}, el("strong", {}, el("bdi", {}, titleOf(file)))),
        el("p", { class: "soft small" }, t("not for {mood}: {share}", { mood: moodWord(emotion), share: percent(dislike) })),
      ),
      el(
        "button",
        {
          type: "button",
          "aria-label": t("It fits: {title}, for {mood}", { title: titleOf(file), mood: moodWord(emotion) }),
          onclick: () => forgive(emotion, file),
        },
        t("It fits"),
      ),
    ),
  );
  put(byId("dislikes"), rows.length ? rows : el("li", { class: "soft" }, t("None.")));
}

async function forgive(emotion, file) {
  if (
    await attempt(
      () => remove(`/api/dislikes?${new URLSearchParams({ emotion, file })}`),
      t("“{title}” fits {mood} again.", { title: titleOf(file), mood: moodWord(emotion) }),
    )
  )
    await load();
  byId("dislikes-title").focus();
}

async function takeBack(id) {
  if (await attempt(() => remove(`/api/corrections/${id}`), t("The correction is taken back."))) await load();
  byId("corrections-title").focus();
}
