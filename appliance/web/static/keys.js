/** The password, signing out, and keys (tokens) for other programs. */

import { get, post, remove } from "./api.js";
import { byId, el, put } from "./dom.js";
import { areYouSure, attempt, tell } from "./talk.js";
import { moment, t } from "./words.js";

export function begin() {
  byId("password-form").addEventListener("submit", changePassword);
  byId("sign-out").addEventListener("click", async () => {
    if (await attempt(() => remove("/api/session"))) location.assign("/");
  });
  byId("token-form").addEventListener("submit", make);
}

async function changePassword(event) {
  event.preventDefault();
  const [old, password] = [byId("password-old").value, byId("password-new").value];
  if (
    await attempt(
      () => post("/api/password", { old, password }),
      t("The password is changed; other browsers are signed out."),
    )
  )
    event.target.reset();
}

export async function load() {
  try {
    const answer = await get("/api/tokens");
    show(answer);
  } catch (error) {
    tell(error.message);
  }
}

function show(tokens) {
  put(
    byId("tokens"),
    tokens.map(({ id, name, created }) =>
      el(
        "li",
        {},
        el(
          "div",
          { class: "grow" },
          el("strong", {}, name),
          el("p", { class: "soft small" }, t("made {time}", { time: moment(created) })),
        ),
        el(
          "button",
          {
            type: "button",
            class: "danger",
            "aria-label": t("Withdraw the key {name}", { name }),
            onclick: () => withdraw(id, name),
          },
          t("Withdraw"),
        ),
      ),
    ),
  );
}

async function make(event) {
  event.preventDefault();
  let made = null;
  const worked = await attempt(async () => {
    made = await post("/api/tokens", { name: byId("token-name").value.trim() });
  });
  if (!worked) return;
  event.target.reset();
  byId("new-token").hidden = false;
  put(
    byId("new-token"),
    el("p", {}, t("The key of {name} is shown only now. Copy it:", { name: made.name })),
    el("code", { tabindex: 0 }, made.token),
  );
  load();
}

async function withdraw(id, name) {
  if (
    await areYouSure(t("Withdraw the key {name}?", { name }), t("The program that uses it cannot reach the box any more."), t("Withdraw"))
  ) {
    byId("new-token").hidden = true;
    if (await attempt(() => remove(`/api/tokens/${encodeURIComponent(id)}`))) load();
  }
}
