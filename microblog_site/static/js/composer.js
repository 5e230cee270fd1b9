// Write a post without leaving the page, which shows it where it belongs. Whatever goes wrong, the text stays in its form.

import { about, clear, read } from "./composer-fields.js";
import "./counter.js";
import { forget, goOn } from "./drafts.js";
import { fragments, post } from "./http.js";
import { apply, explain } from "./in-place.js";
import { place } from "./placing.js";
import { show } from "./toast.js";

const PATIENCE = 30 * 1000; // milliseconds; sent again, it is still one post

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches(".composer") || event.submitter?.name === "add") return;
  event.preventDefault();
  if (!form.ariaBusy) send(form, event.submitter?.getAttribute("formaction") ?? form.action);
});

document.addEventListener("focusin", (event) => event.target.closest(".composer")?.classList.add("is-used"));

document.addEventListener("keydown", (event) => {
  const isToSend = event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing;
  const form = isToSend && event.target.closest(".composer");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});

async function send(form, url) {
  const typed = read(form);
  setBusy(form, true);
  say(form, "");
  try {
    const options = { next: pageOf(form), signal: AbortSignal.timeout(PATIENCE) };
    const response = await post(url, new FormData(form), options);
    if (response.status !== 401) await take(response, form, typed);
  } catch {
    say(form, form.dataset.failed);
  } finally {
    setBusy(form, false);
  }
}

function setBusy(form, isBusy) {
  form.ariaBusy = isBusy ? "true" : null;
  for (const field of form.querySelectorAll("textarea, [name=content_warning]")) field.readOnly = isBusy;
}

/** Where the text is again after log-in. */
function pageOf(form) {
  const isOfPage = form.id === "composer" && location.pathname !== new URL(form.action).pathname;
  return isOfPage ? location.pathname + location.search : `/compose/?${about(form)}`;
}

async function take(response, form, typed) {
  const parts = await fragments(response.clone());
  const corrected = parts.find((part) => part.matches(".composer"));
  if (response.ok && parts.some((part) => part.matches(".messages"))) finish(form, parts, typed);
  else if (corrected) showErrors(form, corrected);
  else if (response.ok || response.status >= 500) say(form, form.dataset.refused);
  else say(form, await explain(response));
}

function finish(form, parts, typed) {
  const answered = form.elements.in_reply_to?.value;
  forget(form, typed);
  clear(form);
  form.dispatchEvent(new CustomEvent("sent", { bubbles: true }));
  const link = parts.find((part) => part.matches(".messages")).querySelector("a");
  const posts = apply(parts.filter((part) => !part.matches(".messages")));
  place(posts, answered, link);
  apply(parts.filter((part) => part.matches(".messages")));
}

function showErrors(form, corrected) {
  const isShown = form.isConnected;
  form.replaceWith(corrected); // which may tell of a change in the old one
  goOn(form, corrected);
  if (!isShown) {
    show(corrected.querySelector(".alert, .invalid-feedback").textContent.trim()); // the dialog was closed
    return;
  }
  corrected.dispatchEvent(new CustomEvent("shown", { bubbles: true }));
  (corrected.querySelector("[aria-invalid]") ?? corrected.elements.body).focus();
}

function say(form, text) {
  const status = form.querySelector("[role=status]");
  status.textContent = text;
  status.classList.toggle("is-failed", Boolean(text));
  if (text && !form.isConnected) show(text);
}
