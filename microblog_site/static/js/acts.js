// Like, repost, bookmark and pin in place: the answer is the new row of actions, shown wherever the post is.

import { fragments, post } from "./http.js";
import { apply, explain } from "./in-place.js";
import { show } from "./toast.js";

const ACTS = /\/posts\/\d+\/(un)?(like|repost|bookmark|pin)\/$/;

document.addEventListener("click", async (event) => {
  const button = event.target.closest(".post-actions button");
  if (!button || !ACTS.test(button.formAction)) return;
  event.preventDefault();
  const row = button.closest(".post-actions");
  if (row.ariaBusy) return;
  row.ariaBusy = "true";
  try {
    const response = await post(button.formAction, new FormData(button.form));
    if (response.ok) apply(await fragments(response));
    else if (response.status !== 401) show(await explain(response));
  } catch {
    show(button.form.dataset.failed);
  } finally {
    row.ariaBusy = null;
  }
});
