/** Songs without a mood, a pile or a folder of them at once: the box listens to each and places it itself. */

import { byId, el, say } from "./dom.js";
import { watch } from "./live.js";
import { tell } from "./talk.js";
import * as uploads from "./uploads.js";
import { bytes, t, tn } from "./words.js";

/** The place that takes them: dropped onto it, or chosen. `limits` gives what the box said of uploads last. */
export function pile(limits) {
  const files = el("input", { type: "file", multiple: true, hidden: true, id: "pile-files" });
  const folder = el("input", { type: "file", multiple: true, webkitdirectory: true, hidden: true, id: "pile-folder" });
  for (const input of [files, folder])
    input.onchange = () => {
      add([...input.files].map((file) => ({ file, folder: folderOf(file.webkitRelativePath) })), limits());
      input.value = "";
    };
  const free = el("p", { class: "soft small" });
  const node = el(
    "div",
    { class: "drop pile" },
    el("p", { class: "grow" }, t("Drop songs or whole folders here, or choose them. The box listens to each when it has time, and plays it for the mood that it sounds like.")),
    el("div", { class: "row" }, el("button", { type: "button", onclick: () => choose(files, limits()) }, t("Choose songs")), "webkitdirectory" in folder ? el("button", { type: "button", onclick: () => choose(folder, limits()) }, t("Choose a folder")) : null),
    free,
    files,
    folder,
  );
  uploads.droppable(node, async (transfer) => add(await dropped(transfer), limits()));
  node.showLimits = () => say(free, t("Each at most {limit}; {free} are free.", { limit: bytes(limits().limit_bytes), free: bytes(limits().free_bytes) }));
  return node;
}

function choose(input, { library_types: types }) {
  if (input.id === "pile-files") input.accept = types.join(",");
  input.click();
}

/** How far the box has come with the songs that it has; call what is returned to watch no more. */
export function progress(node) {
  return watch("status", ({ catalogue }) => {
    const { songs = 0, heard = 0 } = catalogue ?? {};
    say(node, heard < songs ? t("The box has listened to {heard} of {songs} so far.", { heard, songs: tn("{count} song", "{count} songs", songs) }) : "");
  });
}

/** Covers, lists and what else lies beside the songs of a folder is left out, and told of once. */
function add(found, limits) {
  const music = found.filter(({ file }) => limits.library_types.some((type) => file.name.toLowerCase().endsWith(type)));
  const others = found.length - music.length;
  if (!music.length) return found.length && tell(t("There is no music in it that the box plays: it takes {types}.", { types: limits.library_types.join(" ") }));
  if (others) tell(tn("{count} file that is no song is left out.", "{count} files that are no songs are left out.", others));
  const folders = new Map(music.map(({ file, folder }) => [file, folder]));
  return uploads.add("", [...folders.keys()], limits, (file) => folders.get(file));
}

const folderOf = (path = "") => path.split("/").slice(0, -1).join("/");

/** The files that were dropped, with those of folders and the folders in them. Hidden ones stay where they are. */
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()); // gone once this function waits
  const plain = [...transfer.files];
  if (!entries.some((entry) => entry?.isDirectory)) return plain.map((file) => ({ file, folder: "" }));
  const found = [];
  for (const entry of entries.filter(Boolean)) await gather(entry, "", found);
  return found;
}

async function gather(entry, folder, found) {
  if (entry.name.startsWith(".")) return;
  if (entry.isFile) {
    const file = await new Promise((resolve) => entry.file(resolve, () => resolve(null))); // null: it went away meanwhile
    if (file) found.push({ file, folder });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (!some.length) return;
    for (const each of some) await gather(each, folder ? `${folder}/${entry.name}` : entry.name, found);
  }
}
