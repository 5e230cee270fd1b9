// Like, repost, bookmark and pin in place: the answer is the new row of actions, shown wherever the post is.

import { fragments, post } from "./http.js";

const ACTS = /\/posts\/\d+\/(un)?(like|repost|bookmark|pin)\/$/;
const KEPT = `acts of ${document.documentElement.dataset.person}`;
const MOST_KEPT = 50;

document.addEventListener("click", async (event) => {
  const button = event.target.closest(".post-actions button");
  if (!button || !ACTS.test(button.formAction)) return;
  event.preventDefault();
  const row = button.closest(".post-actions");
  if (row.ariaBusy) return;
  row.ariaBusy = "true";
  try {
    const response = await post(button.formAction, new FormData(button.form));
    if (response.status === 401) return;
    if (!response.ok) throw new Error(response.statusText);
    const [changed] = await fragments(response);
    keep(changed);
    const { activeElement } = document;
    replace(changed, (button.closest(".menu-list")?.previousElementSibling ?? button).className, row.contains(activeElement) && row);
  } catch {
    row.ariaBusy = null;
    button.form.requestSubmit(button); // As a normal form, so that an error page is shown.
  }
});

/** Show the row `changed` for each copy of its post; in the one that had the focus, `focused`, it stays on the act. */
function replace(changed, act, focused) {
  for (const row of document.querySelectorAll(`.post-actions[data-post="${changed.dataset.post}"]`)) {
    const copy = document.importNode(changed, true);
    row.replaceWith(copy);
    if (row !== focused) continue;
    const [, name] = act.split(/(act-\w+|post-menu)/);
    copy.querySelector(`.${name}`).focus({ preventScroll: true });
  }
}

// After going back, a page shows what was there before later acts.

function keep(row) {
  const rows = kept();
  rows.delete(row.dataset.post);
  rows.set(row.dataset.post, row.outerHTML);
  sessionStorage.setItem(KEPT, JSON.stringify([...rows].slice(-MOST_KEPT)));
}

function kept() {
  return new Map(JSON.parse(sessionStorage.getItem(KEPT) ?? "[]"));
}

addEventListener("pageshow", ({ persisted }) => {
  const type = performance.getEntriesByType("navigation")[0]?.type;
  if (!persisted && type !== "back_forward") return;
  const template = document.createElement("template");
  template.innerHTML = [...kept().values()].join("");
  for (const row of [...template.content.children]) replace(row, "", null);
});
