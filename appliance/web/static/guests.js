/** Guests: inviting them by a link and its QR code, and ending that. */

import { get, post, remove } from "./api.js";
import { byId, el, put, say } from "./dom.js";
import { attempt, tell } from "./talk.js";
import { moment, t, tn } from "./words.js";

const HOURS = [1, 4, 12, 24, 72, 168];

export function begin() {
  put(
    byId("guests-card"),
    el("p", { class: "soft small" }, t("A guest sees Now, skips songs and chooses the mood to play by, and nothing else. Show the code or pass on the link; whoever has it may come in until it ends. The log says what guests do.")),
    el("ul", { class: "rows", id: "guests" }),
    el(
      "form",
      { class: "row", onsubmit: invite },
      el("div", { class: "field grow" }, el("label", { for: "guest-name" }, t("Who comes")), el("input", { type: "text", id: "guest-name", maxlength: 32, required: true, autocomplete: "off" })),
      el("div", { class: "field" }, el("label", { for: "guest-hours" }, t("For")), el("select", { id: "guest-hours" }, HOURS.map((hours) => el("option", { value: String(hours), selected: hours === 12 }, lasting(hours))))),
      el("button", { type: "submit" }, t("Invite")),
    ),
  );
}

const lasting = (hours) => (hours < 48 ? tn("{count} hour", "{count} hours", hours) : tn("{count} day", "{count} days", hours / 24));

export async function load(opened = "") {
  try {
    const invitations = await get("/api/guests");
    put(byId("guests"), invitations.map((each) => row(each, each.id === opened)));
  } catch (error) {
    tell(error.message);
  }
}

function row({ id, name, until, devices, link }, open) {
  const code = el("div", { class: "guest-code stack", hidden: !open });
  const button = el("button", { type: "button", "aria-expanded": String(open), onclick: () => unfold(!code.hidden) }, t("Show the code"));
  const unfold = (hide) => {
    code.hidden = hide;
    button.setAttribute("aria-expanded", String(!hide));
    if (!hide && !code.children.length) put(code, ...shown(id, name, link));
  };
  if (open) unfold(false);
  return el(
    "li",
    { class: "guest-row" },
    el(
      "div",
      { class: "grow" },
      el("strong", {}, el("bdi", {}, name)),
      el("p", { class: "soft small" }, [t("until {time}", { time: moment(until) }), devices ? tn("{count} device came in", "{count} devices came in", devices) : t("nobody has come in yet")].join(" · ")),
    ),
    button,
    el("button", { type: "button", class: "danger", "aria-label": t("End the visit of {name}", { name }), onclick: () => end(id, name) }, t("End")),
    code,
  );
}

function shown(id, name, link) {
  const alone = /^https?:\/\/(localhost|127\.|\[::1\])/.test(link);
  return [
    el("img", { class: "qr", src: `/api/guests/${id}/code`, width: 240, height: 240, alt: t("QR code of the link for {name}", { name }) }),
    el("p", { class: "guest-link small" }, el("a", { href: link }, link)),
    el("button", { type: "button", onclick: () => copy(link) }, t("Copy the link")),
    alone ? el("p", { class: "problem small" }, t("Only this machine can open it, because the page listens here alone (web.listen).")) : null,
  ].filter(Boolean);
}

async function copy(link) {
  try {
    await navigator.clipboard.writeText(link);
    tell(t("The link is copied."));
  } catch {
    tell(t("This browser does not let a page copy; mark the link by hand.")); // clipboards are for https and localhost alone
  }
}

async function invite(event) {
  event.preventDefault();
  let made = null;
  const body = { name: byId("guest-name").value, hours: Number(byId("guest-hours").value) };
  if (!(await attempt(async () => { made = await post("/api/guests", body); }))) return;
  say(byId("spoken"), t("{name} is invited.", { name: made.name }));
  byId("guest-name").value = "";
  load(made.id);
}

async function end(id, name) {
  if (await attempt(() => remove(`/api/guests/${id}`), t("The visit of {name} has ended.", { name }))) {
    await load();
    byId("guests-title").focus();
  }
}
