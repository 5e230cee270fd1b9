// What the fields of a composer hold.

import { add, only } from "./thread-texts.js";

const ABOUT = ["in_reply_to", "quote", "draft"];
const TEXTS = "textarea, [name=content_warning]";

/** What `form` is about, as a query string for /compose/. */
export function about({ elements }) {
  const names = ABOUT.filter((name) => elements[name]?.value);
  return new URLSearchParams(names.map((name) => [name, elements[name].value])).toString();
}

/** What is typed in `form` and chosen for it, as JSON; "" if no text is typed. */
export function read(form) {
  if (![...form.querySelectorAll(TEXTS)].some((field) => field.value.trim())) return "";
  const fields = form.querySelectorAll(`${TEXTS}, select`);
  return JSON.stringify(Object.fromEntries(Array.from(fields, ({ name, value }) => [name, value])));
}

/** Have `form` hold what `read` has returned. The focus stays where it is. */
export function fill(form, typed) {
  const { activeElement } = document;
  const values = Object.entries(JSON.parse(typed));
  only(form);
  for (const [name] of values) if (name.startsWith("body_")) add(form);
  for (const [name, value] of values) if (form.elements[name]) form.elements[name].value = value;
  form.querySelector(".composer-warning").open = Boolean(form.elements.content_warning.value);
  tell(form);
  document.activeElement.blur();
  activeElement.focus({ preventScroll: true });
}

/** Make `form` an empty one that was not sent yet. */
export function clear(form) {
  only(form);
  form.reset();
  for (const field of form.querySelectorAll(TEXTS)) field.value = "";
  form.querySelector(".composer-warning").open = false;
  form.elements.draft?.remove();
  form.querySelectorAll(".invalid-feedback, .alert").forEach((message) => message.remove());
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
    field.classList.remove("is-invalid");
  }
  renew(form);
  tell(form);
}

/** Have `form` stand for another post than before. */
export function renew(form) {
  form.elements.submission.value = uuid();
}

// Whoever counts what is typed hears of it.
function tell(form) {
  for (const field of form.querySelectorAll("textarea")) field.dispatchEvent(new Event("input", { bubbles: true }));
}

// crypto.randomUUID exists only over https and on localhost.
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
