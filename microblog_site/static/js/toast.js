// Says what happened, at the foot of the page, with what can be done about it, such as Undo. A toast with buttons is kept
// for the next pages and tabs of the same account until its time is over.

import { read, remove, write } from "./on-device.js";

const SHOWN_FOR = 6; // seconds, without buttons
const KEPT_FOR = 60; // seconds, with buttons: as long as a deleted post can be brought back
const AFTER = 3; // seconds, once the pointer and the focus have left a toast whose time is over

const KEY = `toast of ${document.documentElement.dataset.person}`;
const place = document.getElementById("said");
let timer;
let until;
let leave = () => document.getElementById("main").focus({ preventScroll: true }); // where the focus goes from here

/**
 * Show `message`: an element with paragraphs of text and buttons (`.messages`), or a text with a `button`, if any. The
 * focus comes here if it `takesFocus`, and from here it goes back through `goBack`.
 */
export function show(message, { button, takesFocus, goBack, until: kept } = {}) {
  const toast = element(message, button);
  const first = toast.querySelector("button");
  const hadFocus = place.contains(document.activeElement);
  leave = goBack ?? leave;
  until = kept ?? end(first);
  if (first) write(KEY, { html: toast.innerHTML, until });
  else remove(KEY);
  toast.append(closeButton());
  place.replaceChildren(toast);
  if (takesFocus && first) first.focus({ preventScroll: true });
  else if (hadFocus) leave();
  wait(until - Date.now());
}

/** Keep `message` for the page that is about to be shown instead of this one. */
export function showNext(message) {
  const toast = element(message);
  write(KEY, { html: toast.innerHTML, until: end(toast.querySelector("button")) });
}

const end = (button) => Date.now() + (button ? KEPT_FOR : SHOWN_FOR) * 1000;

export function close() {
  clearTimeout(timer);
  remove(KEY);
  const hadFocus = place.contains(document.activeElement);
  place.replaceChildren();
  if (hadFocus) leave();
}

function element(message, button) {
  const toast = Object.assign(document.createElement("div"), { className: "toast-said" });
  if (typeof message === "string") toast.append(Object.assign(document.createElement("p"), { textContent: message }));
  else toast.append(...document.importNode(message, true).querySelectorAll("p"));
  for (const text of toast.children) text.removeAttribute("class");
  if (button) toast.lastElementChild.append(" ", button.cloneNode(true));
  return toast;
}

function closeButton() {
  const { close: ariaLabel } = place.dataset;
  const button = { type: "button", className: "toast-close", ariaLabel, textContent: "×", onclick: close };
  return Object.assign(document.createElement("button"), button);
}

// It stays while somebody points at it or has the focus in it.
function wait(time) {
  clearTimeout(timer);
  if (place.firstChild && !place.matches(":hover, :focus-within")) timer = setTimeout(close, time);
}

const resume = () => wait(Math.max(until - Date.now(), AFTER * 1000));
for (const type of ["pointerenter", "focusin"]) place.addEventListener(type, () => clearTimeout(timer));
place.addEventListener("pointerleave", resume);
place.addEventListener("focusout", () => queueMicrotask(resume));

document.addEventListener("keydown", (event) => {
  const isOthers = event.defaultPrevented || document.querySelector("dialog[open], :popover-open");
  if (event.key === "Escape" && place.firstChild && !isOthers) close();
});

addEventListener("storage", ({ key, newValue }) => {
  if (key === KEY && !newValue) place.replaceChildren(); // closed or used in another tab
});

addEventListener("pageshow", () => {
  const kept = read(KEY);
  if (!kept.html) return;
  if (kept.until < Date.now()) remove(KEY);
  else show(Object.assign(document.createElement("div"), { innerHTML: kept.html }), { until: kept.until });
});
