/** Uploads: one song after the other, seen in every section, each to be cancelled or tried again. */

import { upload } from "./api.js";
import { byId, el, meter, say, share } from "./dom.js";
import { announce } from "./talk.js";
import { bytes, moodWord, t, tn } from "./words.js";

const waiting = [];
const count = { all: 0, done: 0, failed: 0 };
let sending = null;
let whenDone = () => {};

export function begin(done) {
  whenDone = done;
  addEventListener("beforeunload", (event) => sending && event.preventDefault());
  byId("uploads-close").addEventListener("click", () => {
    byId("uploads-card").hidden = true;
    byId("uploads").replaceChildren();
    Object.assign(count, { all: 0, done: 0, failed: 0 });
    byId("main").focus();
  });
}

/** Send these files into the folder of an emotion; what the box would refuse is refused at once. */
export function add(emotion, files, limits) {
  if (!files.length) return;
  byId("uploads-card").hidden = false;
  for (const file of files) {
    const job = { emotion, file, limits };
    job.row = rowOf(job);
    byId("uploads").prepend(job.row);
    count.all += 1;
    enqueue(job);
  }
}

function rowOf(job) {
  const told = el("span", { class: "soft small told" }, bytes(job.file.size));
  job.bar = meter(0, t("Upload of {name}", { name: job.file.name }));
  job.told = told;
  job.problem = el("p", { class: "problem small", hidden: true });
  job.cancel = el("button", { type: "button", class: "small", onclick: () => cancel(job) }, t("Cancel"));
  job.again = el("button", { type: "button", class: "small", hidden: true, onclick: () => again(job) }, t("Try again"));
  const words = el("p", { class: "grow" }, el("strong", {}, el("bdi", {}, job.file.name)), ` → ${moodWord(job.emotion)} `, told);
  return el("li", { class: "upload" }, el("div", { class: "row keep" }, words, job.cancel, job.again), job.bar, job.problem);
}

function enqueue(job) {
  job.row.classList.remove("failed");
  job.problem.hidden = job.again.hidden = true;
  job.cancel.hidden = false;
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

/** Let songs be dropped onto an element. */
export function droppable(node, emotion, limits, moved) {
  const over = (is) => (event) => {
    event.preventDefault();
    node.classList.toggle("over", is);
  };
  for (const kind of ["dragenter", "dragover"]) node.addEventListener(kind, over(true));
  node.addEventListener("dragleave", over(false));
  node.addEventListener("drop", (event) => {
    over(false)(event);
    if (event.dataTransfer.files.length) add(emotion, [...event.dataTransfer.files], limits());
    else moved?.(emotion);
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
  const { emotion, file, bar, told } = job;
  job.abort = new AbortController();
  let name = "";
  try {
    name = await upload(`/api/songs/${emotion}/${encodeURIComponent(file.name)}`, file, job.abort.signal, (part) => {
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
  say(told, name === file.name ? t("is there") : t("is there as {name}", { name }));
  sum();
  return 1;
}

function fail(job, text, mayWork) {
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
}
