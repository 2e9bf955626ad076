/** Asking the box: JSON in, JSON out, and errors in the box's own words. */

import { t } from "./words.js";

export class ApiError extends Error {
  /** `status` is 0 when the box did not answer at all; `wait` are the seconds after which it may do so otherwise. */
  constructor(status, text, wait = 0) {
    super(text);
    this.status = status;
    this.wait = wait;
  }
}

const DOORS = new Set(["/api/session", "/api/password", "/api/guest"]); // a refusal there is an answer to whoever comes in

async function ask(method, path, body, patience = 15000) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(patience),
    });
  } catch {
    throw new ApiError(0, t("The box does not answer. Is it on, and are you in its network?"));
  }
  if (answer.status === 401 && !DOORS.has(path)) signedOut();
  const text = await answer.text();
  let data = null;
  try {
    data = text ? JSON.parse(text) : null;
  } catch {
    if (answer.ok) throw new ApiError(answer.status, t("The box answered something that this page does not understand."));
  }
  if (!answer.ok) throw new ApiError(answer.status, sentence(data?.error ?? t("The box answered {status}.", { status: answer.status })));
  return data;
}

/** The session has ended: the box shows the sign-in page, which says so. */
export function signedOut() {
  sessionStorage.setItem("signed-out", "yes");
  location.reload();
}

/** The box's words as a sentence of their own. */
export function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");
}

export const get = (path, patience) => ask("GET", path, undefined, patience);
export const post = (path, body = {}, patience) => ask("POST", path, body, patience);
export const patch = (path, body, patience) => ask("PATCH", path, body, patience);
export const remove = (path) => ask("DELETE", path);

/** Have the box make a file, telling of the progress 0..1 as it comes. Resolves to the file, its name and what it lacks. */
export async function download(path, body, onProgress) {
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new ApiError(0, t("The box does not answer. Is it on, and are you in its network?"));
  }
  if (answer.status === 401) signedOut();
  if (!answer.ok) throw new ApiError(answer.status, sentence((await answer.json()).error));
  const total = Number(answer.headers.get("Content-Length"));
  const parts = [];
  let came = 0;
  try {
    for (const reader = answer.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      came += value.length;
      onProgress(came / total);
    }
  } catch {
    throw new ApiError(0, t("The box has broken off; nothing is saved. Try again."));
  }
  const [, name] = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition"));
  return { blob: new Blob(parts), name, leftOut: Number(answer.headers.get("Left-Out")) };
}

/** Send a file, telling of the progress 0..1 as it goes. Resolves to its name when the box has it. */
export function upload(path, file, signal, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    signal.addEventListener("abort", () => request.abort());
    request.onabort = () => reject(new ApiError(0, t("Cancelled.")));
    request.onerror = () => reject(new ApiError(0, t("The box does not answer. What was sent so far is thrown away.")));
    request.onload = () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText).name);
      else reject(new ApiError(request.status, errorOf(request), Number(request.getResponseHeader("Retry-After"))));
    };
    request.open("PUT", path);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.send(file);
  });
}

function errorOf(request) {
  try {
    return sentence(JSON.parse(request.responseText).error);
  } catch {
    return t("The box answered {status}.", { status: request.status });
  }
}
