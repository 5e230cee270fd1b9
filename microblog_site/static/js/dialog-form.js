// Send a form in the dialog, other than the composer, which has a module of its own.

import { fragments, post } from "./http.js";

/** Send `form`, and `close` where it is taken; returns the form with its errors, if it has any. */
export async function send(form, submitter, close) {
  if (form.ariaBusy) return undefined;
  form.ariaBusy = "true";
  try {
    const response = await post(form.action, new FormData(form, submitter));
    if (response.status === 401) return undefined;
    if ([422, 429].includes(response.status)) return await fragments(response);
    if (response.ok) close();
    else form.submit(); // As a normal form, so that the error page is shown.
  } catch {
    form.querySelector(".alert")?.remove();
    form.prepend(refusal(document.getElementById("act").dataset.failed));
  } finally {
    form.ariaBusy = null;
  }
  return undefined;
}

function refusal(text) {
  const message = document.createElement("p");
  message.className = "alert alert-danger";
  message.role = "alert";
  message.textContent = text;
  return message;
}
