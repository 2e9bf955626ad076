/** A list of any length, of which only the rows in sight are there; its items come a page at a time. */

import { keep } from "./dom.js";

const PAGE = 100;
const BEYOND = 10; // rows above and below what is in sight
const AT_ONCE = 2; // pages that are asked for at a time: what is scrolled past is not
const ROW = 4.25; // rem; songs.css has the same

/**
 * `load(offset, limit)` resolves to `{ total, items }`; `make()` makes a row, `update(row, item, at)` fills it (`item`
 * undefined while it is on its way); `told(total)` is called with each new count. Returns how to load it all again.
 */
export function windowed(list, { load, make, update, told }) {
  let pages = new Map();
  let total = 0;
  let turn = 0;
  let waiting = 0;
  let coming = 0;

  const itemAt = (at) => pages.get(Math.floor(at / PAGE))?.[at % PAGE];

  function render() {
    waiting = 0;
    if (list.offsetParent === null) return;
    const row = ROW * parseFloat(getComputedStyle(document.documentElement).fontSize);
    const top = list.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(-top / row) - BEYOND);
    const last = Math.min(total, Math.ceil((innerHeight - top) / row) + BEYOND);
    const shown = new Set();
    for (let at = first; at < last; at += 1) shown.add(at);
    const focused = list.contains(document.activeElement) && Number(document.activeElement.closest("li").dataset.key);
    if (focused !== false && focused < total) shown.add(focused);
    keep(list, [...shown].sort((a, b) => a - b), (at) => at, make, (node, at) => {
      if (!node.hasAttribute("aria-posinset")) {
        node.style.setProperty("--at", at); // the node of a key stays at its place
        node.setAttribute("aria-posinset", at + 1);
      }
      if (node.getAttribute("aria-setsize") !== String(total)) node.setAttribute("aria-setsize", total);
      update(node, itemAt(at), at);
    });
    for (let page = Math.floor(first / PAGE); page * PAGE < last; page += 1) if (!pages.has(page) && coming < AT_ONCE) fetchPage(page);
  }

  async function fetchPage(page) {
    const mine = turn;
    pages.set(page, []);
    coming += 1;
    const found = await load(page * PAGE, PAGE);
    coming -= 1;
    if (mine !== turn) return;
    if (!found) return pages.delete(page); // asked for again when it is scrolled to
    pages.set(page, found.items);
    count(found.total);
    render();
  }

  function count(now) {
    total = now;
    list.style.setProperty("--count", total);
    told(total);
  }

  const soon = () => {
    waiting ||= requestAnimationFrame(render);
  };
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon);

  /** Load again what is in sight; what was there stays until the answer has come. */
  async function reload() {
    const mine = ++turn;
    const at = Math.max(0, Math.floor(-list.getBoundingClientRect().top / (ROW * 16) / PAGE)) * PAGE;
    const found = await load(at, PAGE);
    if (mine !== turn || !found) return;
    pages = new Map([[at / PAGE, found.items]]);
    count(found.total);
    render();
  }
  return { reload, render, itemAt };
}
