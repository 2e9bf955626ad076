/**
 * Uploads: one song after the other, seen in every section, each to be cancelled or tried again. Of a pile the songs
 * whose turn is near are seen, and those that failed.
 */

import { upload } from "./api.js";
import { byId, el, meter, say, share } from "./dom.js";
import { announce } from "./talk.js";
import { bytes, moodWord, t, tn } from "./words.js";

const SHOWN = 20; // songs seen at a time
const waiting = [];
const count = { all: 0, done: 0, failed: 0 };
let sending = null;
let whenDone = () => {};

export function begin(done) {
  whenDone = done;
  addEventListener("beforeunload", (event) => sending && event.preventDefault());
  // a song that misses its place must not replace the page
  for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => event.preventDefault());
  byId("uploads-cancel").addEventListener("click", cancelAll);
  byId("uploads-close").addEventListener("click", () => {
    byId("uploads-card").hidden = true;
    byId("uploads").replaceChildren();
    Object.assign(count, { all: 0, done: 0, failed: 0 });
    byId("main").focus();
  });
}

/**
 * Send these files into the folder of an emotion, or for "" into the library, each with the folders of which `folderOf`
 * tells; what the box would refuse is refused at once.
 */
export function add(emotion, files, limits, folderOf = () => "") {
  if (!files.length) return;
  byId("uploads-card").hidden = false;
  for (const file of files) {
    const job = { emotion, file, limits, folder: folderOf(file) };
    if (waiting.length < SHOWN) seen(job);
    count.all += 1;
    enqueue(job);
  }
}

/** The song's row is there. Of those before it the ones that are done make room. */
function seen(job) {
  if (job.row) return;
  job.row = rowOf(job);
  byId("uploads").prepend(job.row);
  const done = byId("uploads").getElementsByClassName("done");
  if (byId("uploads").children.length > SHOWN && done.length) done[done.length - 1].remove();
}

function rowOf(job) {
  const told = el("span", { class: "soft small told" }, bytes(job.file.size));
  job.bar = meter(0, t("Upload of {name}", { name: job.file.name }));
  job.told = told;
  job.problem = el("p", { class: "problem small", hidden: true });
  job.cancel = el("button", { type: "button", class: "small", onclick: () => cancel(job) }, t("Cancel"));
  job.again = el("button", { type: "button", class: "small", hidden: true, onclick: () => again(job) }, t("Try again"));
  const words = el("p", { class: "grow" }, el("strong", {}, el("bdi", {}, job.file.name)), ` → ${job.emotion ? moodWord(job.emotion) : t("library")} `, told);
  return el("li", { class: "upload" }, el("div", { class: "row keep" }, words, job.cancel, job.again), job.bar, job.problem);
}

function enqueue(job) {
  if (job.row) {
    job.row.classList.remove("failed");
    job.problem.hidden = job.again.hidden = true;
    job.cancel.hidden = false;
  }
  const problem = problemOf(job.file, job.limits);
  if (problem) fail(job, problem, false);
  else waiting.push(job);
  sum();
  if (!sending) work();
}

function again(job) {
  count.failed -= 1;
  enqueue(job);
  job.cancel.focus();
}

function cancel(job) {
  const at = waiting.indexOf(job);
  if (at !== -1) waiting.splice(at, 1);
  if (sending === job) job.abort.abort();
  else fail(job, t("Cancelled."), true);
}

/** Those that wait are not sent at all; the one under way is given up. */
function cancelAll() {
  for (const job of waiting) job.row?.remove();
  count.all -= waiting.length;
  waiting.length = 0;
  sending?.abort.abort();
  sum();
  byId("uploads-close").focus();
}

/** Let songs be dropped onto an element. `dropped` is given what was, and `moved` is called where it is no files. */
export function droppable(node, dropped, moved) {
  const over = (is) => (event) => {
    event.preventDefault();
    node.classList.toggle("over", is);
  };
  for (const kind of ["dragenter", "dragover"]) node.addEventListener(kind, over(true));
  node.addEventListener("dragleave", over(false));
  node.addEventListener("drop", (event) => {
    over(false)(event);
    if (event.dataTransfer.files.length) dropped(event.dataTransfer);
    else moved?.();
  });
}

function problemOf(file, { types, limit_bytes: limit, free_bytes: free }) {
  if (!types.some((type) => file.name.toLowerCase().endsWith(type)))
    return t("No music that the box plays: it takes {types}.", { types: types.join(" ") });
  if (file.size === 0) return t("The file is empty.");
  if (file.size > limit) return t("The file has {size}; at most {limit} are taken.", { size: bytes(file.size), limit: bytes(limit) });
  return file.size > free ? t("The box has only {size} left.", { size: bytes(free) }) : "";
}

async function work() {
  let sent = 0;
  for (sending = waiting.shift(); sending; sending = waiting.shift()) sent += await send(sending);
  sending = null;
  if (sent) announce(t("{songs} uploaded.", { songs: tn("{count} song", "{count} songs", sent) }));
  sum();
  whenDone();
}

async function send(job) {
  seen(job);
  const { emotion, file, folder, bar, told } = job;
  job.abort = new AbortController();
  let name = "";
  try {
    name = await upload(addressOf(job), file, job.abort.signal, (part) => {
      share(bar, part);
      bar.setAttribute("aria-valuenow", Math.round(100 * part));
    });
  } catch (error) {
    if (error.status === 503) {
      say(told, t("waits until other songs have been sent"));
      await new Promise((resolve) => setTimeout(resolve, 1000 * error.wait));
      return send(job);
    }
    fail(job, error.message, true);
    if (error.status === 401) waiting.length = 0; // the sign-in page comes next
    return 0;
  }
  share(bar, 1);
  job.row.classList.add("done");
  job.cancel.hidden = true;
  count.done += 1;
  say(told, name === (folder ? `${folder}/${file.name}` : file.name) ? t("is there") : t("is there as {name}", { name }));
  sum();
  return 1;
}

function addressOf({ emotion, file, folder }) {
  const name = encodeURIComponent(file.name);
  if (emotion) return `/api/songs/${emotion}/${name}`;
  return `/api/library/${name}${folder ? `?${new URLSearchParams({ folder })}` : ""}`;
}

function fail(job, text, mayWork) {
  seen(job);
  count.failed += 1;
  const focused = job.row.contains(document.activeElement);
  job.row.classList.add("failed");
  job.cancel.hidden = true;
  job.again.hidden = !mayWork;
  if (focused && mayWork) job.again.focus();
  job.problem.hidden = false;
  say(job.problem, text);
  share(job.bar, 0);
  sum();
}

function sum() {
  const failed = count.failed ? ` · ${t("{count} failed", { count: count.failed })}` : "";
  say(byId("uploads-sum"), `${t("{done} of {all}", count)}${failed}`);
  byId("uploads-close").disabled = Boolean(sending);
  byId("uploads-cancel").hidden = waiting.length < 2;
}
