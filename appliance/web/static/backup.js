/** Backups: made and saved on this device; sent, opened, asked about, and put back. */

import { download, post, remove, upload } from "./api.js";
import { byId, el, put, say, share } from "./dom.js";
import { areYouSure, attempt, tell } from "./talk.js";
import { bytes, moment, t, tn } from "./words.js";

const LONG = 10 * 60_000;
const SHOWN = 10;

export function begin() {
  byId("backup-form").addEventListener("submit", make);
  byId("restore-form").addEventListener("submit", open);
  byId("restore-confirm").addEventListener("submit", confirm);
  byId("restore-forget").addEventListener("click", async () => {
    if (await attempt(() => remove("/api/restore"))) forget();
  });
}

async function make(event) {
  event.preventDefault();
  const passphrase = byId("backup-passphrase").value;
  if (passphrase !== byId("backup-again").value) return tell(t("The two passphrases are not the same."));
  await busy("backup", t("The backup is being made …"), async (progress) => {
    const body = { password: byId("backup-password").value, passphrase };
    const { blob, name, leftOut } = await download("/api/backup", body, progress);
    const link = el("a", { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    event.target.reset();
    const damaged = leftOut && tn("{count} part of the box cannot be read and is not in it; see Health.", "{count} parts of the box cannot be read and are not in it; see Health.", leftOut);
    const saved = t("{name} ({size}) is saved on this device. Without its passphrase nobody can open it.", { name, size: bytes(blob.size) });
    return damaged ? `${saved} ${damaged}` : saved;
  });
}

async function open(event) {
  event.preventDefault();
  const [file] = byId("restore-file").files;
  forget(false);
  await busy("restore", t("The backup is being sent …"), async (progress) => {
    if (byId("restore-form").sent !== file) await upload("/api/restore", file, new AbortController().signal, progress);
    byId("restore-form").sent = file;
    say(byId("restore-told"), t("The backup is being opened and checked …"));
    show(await post("/api/restore/open", { passphrase: byId("restore-passphrase").value }, LONG));
    return "";
  });
}

/** What the opened backup is, before anything is replaced. */
function show({ machine, made, release, parts, left_out: leftOut, songs, missing }) {
  const more = missing.length > SHOWN ? t("and {count} more", { count: missing.length - SHOWN }) : "";
  put(
    byId("restore-summary"),
    el("p", {}, t("A backup of {machine}, made {time} by Moodbox {release}.", { machine, time: moment(made), release })),
    el(
      "ul",
      {},
      parts.map((part) => el("li", {}, part)),
    ),
    leftOut.length ? el("p", { class: "problem small" }, t("Not in it: {parts}. Here that stays.", { parts: leftOut.join("; ") })) : null,
    el("p", { class: "soft small" }, tn("{count} song in its list; {missing} of them not here.", "{count} songs in its list; {missing} of them not here.", songs, { missing: missing.length })),
    missing.length ? el("p", { class: "soft small" }, `${missing.slice(0, SHOWN).join(", ")} ${more}`) : null,
  );
  byId("restore-confirm").hidden = false;
  byId("restore-password").focus();
}

async function confirm(event) {
  event.preventDefault();
  const sure = await areYouSure(
    t("Put this backup back?"),
    t("It takes the place of the settings, history and everything else that the box has now. The box restarts with it, and goes back by itself if it cannot run with it."),
    t("Put it back"),
  );
  if (!sure) return;
  const password = byId("restore-password").value;
  if (await attempt(() => post("/api/restore", { password }), t("The box restarts with it. This page comes back then.")))
    forget();
}

function forget(whole = true) {
  byId("restore-confirm").hidden = true;
  byId("restore-confirm").reset();
  put(byId("restore-summary"));
  if (!whole) return;
  byId("restore-form").reset();
  byId("restore-form").sent = null;
  say(byId("restore-told"), "");
}

/** Work on something with its bar and its words; what goes wrong stands where the words do. */
async function busy(name, words, work) {
  const [told, bar, button] = [byId(`${name}-told`), byId(`${name}-bar`), byId(`${name}-go`)];
  told.classList.remove("problem");
  say(told, words);
  button.disabled = true;
  bar.hidden = false;
  share(bar, 0);
  try {
    say(
      told,
      await work((part) => {
        share(bar, part);
        bar.setAttribute("aria-valuenow", Math.round(100 * part));
      }),
    );
  } catch (error) {
    told.classList.add("problem");
    say(told, error.message);
  } finally {
    button.disabled = false;
    bar.hidden = true;
  }
}
