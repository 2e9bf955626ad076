/** Uploads: one song after the other, with its progress, and the box's word when it refuses one. */

import { upload } from "./api.js";
import { byId, el, meter, say, share } from "./dom.js";
import { announce } from "./talk.js";
import { bytes, moodWord, plural } from "./words.js";

const queue = [];
let busy = false;
let whenDone = () => {};

export function begin(done) {
  whenDone = done;
  addEventListener("beforeunload", (event) => busy && event.preventDefault());
}

/** Send these files into the folder of an emotion; what the box would refuse is refused at once. */
export function add(emotion, files, limits) {
  byId("uploads-card").hidden = false;
  for (const file of files) {
    const row = el(
      "li",
      { class: "upload" },
      el(
        "p",
        {},
        el("strong", {}, file.name),
        ` → ${moodWord(emotion)} `,
        el("span", { class: "soft small told" }, bytes(file.size)),
      ),
      meter(0, `Upload of ${file.name}`),
    );
    byId("uploads").prepend(row);
    const problem = problemOf(file, limits);
    if (problem) fail(row, problem);
    else queue.push({ emotion, file, row });
  }
  if (!busy) work();
}

/** Let songs be dropped onto an element. */
export function droppable(node, emotion, limits) {
  const over = (is) => (event) => {
    event.preventDefault();
    node.classList.toggle("over", is);
  };
  for (const kind of ["dragenter", "dragover"]) node.addEventListener(kind, over(true));
  node.addEventListener("dragleave", over(false));
  node.addEventListener("drop", (event) => {
    over(false)(event);
    add(emotion, [...event.dataTransfer.files], limits);
  });
}

function problemOf(file, { types, limit_bytes: limit, free_bytes: free }) {
  if (!types.some((type) => file.name.toLowerCase().endsWith(type)))
    return `No music that the box plays: it takes ${types.join(" ")}.`;
  if (file.size === 0) return "The file is empty.";
  if (file.size > limit) return `The file has ${bytes(file.size)}; at most ${bytes(limit)} are taken.`;
  return file.size > free ? `The box has only ${bytes(free)} left.` : "";
}

async function work() {
  busy = true;
  let count = 0;
  for (let next = queue.shift(); next; next = queue.shift()) count += await send(next);
  busy = false;
  if (count) announce(`${plural(count, "song")} uploaded.`);
  whenDone();
}

async function send({ emotion, file, row }) {
  const bar = row.querySelector(".meter");
  const told = row.querySelector(".told");
  let name = "";
  try {
    name = await upload(`/api/songs/${emotion}/${encodeURIComponent(file.name)}`, file, (part) => {
      share(bar, part);
      bar.setAttribute("aria-valuenow", Math.round(100 * part));
    });
  } catch (error) {
    if (error.status === 503) {
      say(told, "waits until other songs have been sent");
      await new Promise((resolve) => setTimeout(resolve, 1000 * error.wait));
      return send({ emotion, file, row });
    }
    fail(row, error.message);
    if (error.status === 401) queue.length = 0; // the sign-in page comes next
    return 0;
  }
  share(bar, 1);
  row.classList.add("done");
  say(told, name === file.name ? "is there" : `is there as ${name}`);
  return 1;
}

function fail(row, text) {
  row.classList.add("failed");
  row.append(el("p", { class: "problem small" }, text));
}
