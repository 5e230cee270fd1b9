// Write a post without leaving the page: it appears at the top of the timeline, or the form comes back with errors. A
// reply, on a page without a timeline, leads to where it stands in its thread.

import { update as updateCounter } from "./counter.js";
import { fragments, post } from "./http.js";

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.id !== "composer") return;
  if (!document.getElementById("timeline")) {
    sessionStorage.setItem("sent", form.elements.body.value);
    return;
  }
  event.preventDefault();
  if (form.ariaBusy) return;
  form.ariaBusy = "true";
  try {
    const response = await post(form.action, new FormData(form));
    if (response.status === 401) return;
    if (!response.ok && ![422, 429].includes(response.status)) {
      form.submit(); // As a normal form, so that the error page is shown.
      return;
    }
    const [changed] = await fragments(response);
    if (response.ok) showPost(form, changed);
    else showErrors(form, changed);
  } catch {
    say(form, form.dataset.failed, { failed: true });
  } finally {
    form.ariaBusy = null;
  }
});

// After going back, the form may belong to a post that is already published; of a reply, it still holds the text.
addEventListener("pageshow", ({ persisted }) => {
  const form = document.getElementById("composer");
  const isBack = persisted || performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  const sent = sessionStorage.getItem("sent");
  sessionStorage.removeItem("sent");
  if (sent && !isBack && document.querySelector(".alert-success")) sessionStorage.setItem("published", sent);
  if (!form) return;
  if (isBack && form.elements.body.value === sessionStorage.getItem("published")) clear(form);
  else renewSubmission(form);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.closest("#composer")?.requestSubmit();
});

function showErrors(form, corrected) {
  form.replaceWith(corrected);
  updateCounter(corrected.elements.body);
  (corrected.querySelector("[aria-invalid]") ?? corrected.elements.body).focus();
}

function showPost(form, article) {
  const isFirstPage = !document.querySelector(".pager [rel=prev]");
  if (!isFirstPage) {
    location.assign("/");
    return;
  }
  document.querySelector(".empty-timeline")?.remove();
  document.getElementById("timeline").prepend(article);
  clear(form);
  say(form, form.dataset.sent, { failed: false });
}

function clear(form) {
  form.reset();
  form.elements.body.value = form.elements.content_warning.value = "";
  form.querySelector(".composer-warning").open = false;
  renewSubmission(form);
  updateCounter(form.elements.body);
  form.querySelectorAll(".invalid-feedback, .alert").forEach((message) => message.remove());
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
    field.classList.remove("is-invalid");
  }
}

function renewSubmission(form) {
  form.elements.submission.value = uuid();
}

function say(form, text, { failed }) {
  const status = form.querySelector("[role=status]");
  status.textContent = text;
  status.classList.toggle("is-failed", failed);
}

// crypto.randomUUID exists only over https and on localhost.
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
