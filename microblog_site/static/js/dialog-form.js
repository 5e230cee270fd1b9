// Send a form in the dialog, other than the composer, which has a module of its own.

import { fragments, post } from "./http.js";
import { apply, explain } from "./in-place.js";

/** Send `form`. Where it is taken, `close`, and show what changed; else return the form with its errors, if any. */
export async function send(form, submitter, close) {
  if (form.ariaBusy) return undefined;
  form.ariaBusy = "true";
  try {
    const response = await post(form.action, new FormData(form, submitter));
    if (response.status === 401) return undefined;
    if ([422, 429].includes(response.status)) return await fragments(response);
    if (response.ok) {
      close();
      apply(await fragments(response));
    } else say(form, await explain(response));
  } catch {
    say(form, document.getElementById("act").dataset.failed);
  } finally {
    form.ariaBusy = null;
  }
  return undefined;
}

function say(form, text) {
  const message = document.createElement("p");
  message.className = "alert alert-danger";
  message.role = "alert";
  message.textContent = text;
  form.querySelector(":scope > .alert")?.remove();
  form.prepend(message);
  message.scrollIntoView({ block: "nearest" });
}
