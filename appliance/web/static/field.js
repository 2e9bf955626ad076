/** A setting as what it is changed by: a switch, a choice, a number or a text, with the limits that it has. */

import { el } from "./dom.js";
import { languageWord } from "./words.js";

/** `about` is what the API tells of a setting; `attributes` go to the element. */
export function field(about, value, attributes) {
  const { key, kind } = about;
  if (kind === "switch") return el("input", { type: "checkbox", checked: value, ...attributes });
  if (kind === "choice") {
    const word = key === "box.language" ? languageWord : String;
    return el("select", attributes, about.choices.map((choice) => el("option", { value: choice, selected: choice === value }, word(choice))));
  }
  const number = kind !== "text";
  return el("input", {
    type: number ? "number" : "text",
    value,
    min: about.least ?? about.above,
    max: about.most,
    step: number ? (kind === "number" ? "any" : 1) : null,
    maxlength: about.longest,
    ...attributes,
  });
}

/** What was entered, as the API takes it; not a number while a number is not typed. */
export function entered({ kind, choices }, input) {
  if (kind === "switch") return input.checked;
  if (kind === "choice") return choices.find((choice) => String(choice) === input.value);
  return kind === "text" ? input.value : input.valueAsNumber;
}
