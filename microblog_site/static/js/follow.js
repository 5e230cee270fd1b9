// Follow and unfollow, and answer those who ask to follow, without leaving the page.

import { fragments, post } from "./http.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest(".follow button");
  if (!button) return;
  event.preventDefault();
  const place = button.parentElement;
  if (place.ariaBusy) return;
  place.ariaBusy = "true";
  try {
    const response = await post(button.formAction, new FormData(button.form));
    if (response.status === 401) return;
    if (!response.ok) throw new Error(response.statusText);
    for (const changed of await fragments(response)) {
      document.getElementById(changed.id)?.replaceWith(changed);
    }
    const now = document.getElementById(place.id);
    (now.querySelector("button") ?? now).focus();
  } catch {
    place.ariaBusy = null;
    button.form.requestSubmit(button);
  }
});
