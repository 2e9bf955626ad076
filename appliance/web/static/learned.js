/** What the owner's corrections have taught the box: shown, exported, taken back. */

import { get, remove } from "./api.js";
import { byId, el, put, say, svg } from "./dom.js";
import { mark } from "./marks.js";
import { areYouSure, attempt, tell } from "./talk.js";
import { moment, moodWord, percent, plural, titleOf } from "./words.js";

const MEANING = "Bars to the right: seen more readily than on the first day; to the left: less readily.";

export function begin() {
  byId("learned-forget").addEventListener("click", async () => {
    const yes = await areYouSure(
      "Forget what you taught it?",
      "All your corrections are thrown away, and faces are read as on the first day.",
      "Forget it all",
    );
    if (yes && (await attempt(() => remove("/api/calibration"), "All that you taught it is forgotten."))) load();
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
      ? `From ${plural(corrections, "correction")}: ${percent(strength)} of the most that it may learn. ${MEANING}`
      : "Nothing yet. When you say “That’s wrong” on the first page, the box learns how the faces of this household look.",
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
        el("span", { class: "numbers soft small" }, `${by > 0 ? "+" : "−"}${Math.abs(by).toFixed(2)}`),
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
      "aria-label": part > 0 ? "read more readily" : "read less readily",
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
          "aria-label": `Take back: it was ${moodWord(correction.mood)}, ${moment(correction.at)}`,
          onclick: () => takeBack(correction.id),
        },
        "Take back",
      ),
    ),
  );
  put(byId("corrections"), rows.length ? rows : el("li", { class: "soft" }, "None."));
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
        el("p", { class: "soft small" }, `not for ${moodWord(emotion)}: ${percent(dislike)}`),
      ),
      el(
        "button",
        {
          type: "button",
          "aria-label": `It fits: ${titleOf(file)}, for ${moodWord(emotion)}`,
          onclick: () => forgive(emotion, file),
        },
        "It fits",
      ),
    ),
  );
  put(byId("dislikes"), rows.length ? rows : el("li", { class: "soft" }, "None."));
}

async function forgive(emotion, file) {
  if (
    await attempt(
      () => remove(`/api/dislikes?${new URLSearchParams({ emotion, file })}`),
      `“${titleOf(file)}” fits ${moodWord(emotion)} again.`,
    )
  )
    await load();
  byId("dislikes-title").focus();
}

async function takeBack(id) {
  if (await attempt(() => remove(`/api/corrections/${id}`), "The correction is taken back.")) await load();
  byId("corrections-title").focus();
}
