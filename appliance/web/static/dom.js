/** Making and changing elements, without strings of HTML and without inline styles. */

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

/** An element with attributes, properties (`onclick`, `value`, `disabled` …) and children; null and false are left out. */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for a part of a drawing. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on") || name === "value" || name === "checked" || name === "disabled") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Set the text of an element only if it differs, so that screen readers and selections are left in peace. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Set properties of an element that differ: a range whose limits are set lays itself out again, even by the same ones. */
export function set(node, properties) {
  for (const [name, value] of Object.entries(properties)) if (String(node[name]) !== String(value)) node[name] = value;
}

/** Replace the children of an element. */
export function put(node, ...children) {
  node.replaceChildren(...children.flat().filter(Boolean));
}

/** Have a select offer these values and show one of them; while the owner is choosing it is left alone if it can be. */
export function offer(select, values, words, value) {
  const same = select.options.length === values.length && values.every((each, at) => select.options[at].value === String(each));
  if (!same) put(select, values.map((each) => el("option", { value: String(each) }, words(each))));
  if (!same || document.activeElement !== select) set(select, { value });
}

/**
 * Keep a list's nodes in step with what they show: the node of a key is made once and moved, so that focus, selection
 * and pictures stay.
 */
export function keep(node, items, keyOf, make, update = () => {}) {
  const there = new Map([...node.children].map((child) => [child.dataset.key, child]));
  items.forEach((item, at) => {
    const key = String(keyOf(item, at));
    const child = there.get(key) ?? make(item);
    there.delete(key);
    child.dataset.key = key;
    update(child, item);
    if (node.children[at] !== child) node.insertBefore(child, node.children[at] ?? null);
  });
  for (const child of there.values()) child.remove();
}

/** A share 0..1 of a meter's length. */
export function share(node, value) {
  node.style.setProperty("--share", Math.max(0, Math.min(1, value || 0)).toFixed(4));
}

/** A meter that stands for itself. */
export function meter(value, label, mood) {
  const node = el(
    "div",
    {
      class: "meter",
      role: "meter",
      "aria-label": label,
      "aria-valuemin": 0,
      "aria-valuemax": 100,
      "aria-valuenow": Math.round(100 * value),
      "data-mood": mood,
    },
    el("span"),
  );
  share(node, value);
  return node;
}
