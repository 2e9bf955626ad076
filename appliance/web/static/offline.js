/** The offline page: tries again when it is asked to, when a network comes, and now and then. */

import { byId } from "./dom.js";

const EVERY = 10000; // ms

const again = () => location.reload();
byId("again").addEventListener("click", again);
addEventListener("online", again);
setInterval(async () => {
  try {
    await fetch("/api/session", { cache: "no-store", signal: AbortSignal.timeout(5000) });
    again();
  } catch {
    // still away
  }
}, EVERY);
