// Acts on people and posts without leaving the page: what changed is replaced, what a list leaves out is hidden, and a
// toast says what happened and undoes it.

import { correct, hasMore, record } from "./hiding.js";
import { fragments, post } from "./http.js";
import { replace } from "./replace.js";
import { show, showNext } from "./toast.js";

const ON_PEOPLE = "mute|unmute|block|unblock|hide-reposts|show-reposts|follow|unfollow|accept|reject|remove";
const ACTS = new RegExp(`^/(@\\w+/(${ON_PEOPLE})|posts/\\d+/(delete|undelete))/$`);
const CARDS = "article.post, .person";

/**
 * Show what the answer to an act consists of: elements with an id in the place of those with the same id, `.messages` as
 * a toast (with these `options`). Returns new posts, which have no place yet.
 */
export function apply(parts, options) {
  const others = parts.filter((part) => !part.matches(".messages") && !replace(part));
  for (const part of parts) if (part.matches(".messages")) show(part, options);
  return others.filter((part) => part.matches("article"));
}

/** Why the site refused an act, as a sentence. */
export async function explain(response) {
  const { gone, failed } = document.getElementById("act").dataset;
  if (response.status === 404) return gone;
  const text = await response.text();
  if (response.headers.get("Content-Type")?.startsWith("text/plain") && text) return text;
  const said = new DOMParser().parseFromString(text, "text/html").querySelectorAll("h1, h1 + p");
  return said.length ? [...said].map((part) => part.textContent.trim()).join(": ") : failed;
}

document.addEventListener("click", (event) => {
  const control = event.target.closest("button[form=act][formaction], a[href$='/delete/']");
  const url = control && new URL(control.formAction ?? control.href, location);
  if (!url || !ACTS.test(url.pathname) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (location.pathname.endsWith("/delete/")) return; // a page for one post, which leads on
  event.preventDefault();
  if (!control.ariaBusy) act(control, url, event.detail === 0);
});

async function act(control, url, isByKeyboard) {
  const form = document.getElementById("act");
  control.ariaBusy = "true";
  try {
    const response = await post(url.href, new FormData(form, control.form ? control : null));
    if (response.status === 401) return;
    if (response.ok) finish(control, url, isByKeyboard, await fragments(response));
    else show(response.status === 404 && url.pathname.endsWith("/undelete/") ? form.dataset.late : await explain(response));
  } catch {
    control.ariaBusy = null;
    show(form.dataset.failed, { button: control.closest("#said") && control });
  } finally {
    control.ariaBusy = null;
  }
}

function finish(control, url, isByKeyboard, parts) {
  const toast = control.closest("#said");
  const card = control.closest(CARDS);
  const shownAgain = record(url);
  if (leave(url, parts, toast && !shownAgain.length)) return;
  const isGone = card && !card.checkVisibility();
  const takesFocus = isByKeyboard && (toast ? !shownAgain.length : isGone);
  apply(parts, { takesFocus, goBack: card && (() => focusAt(card)) });
  if (isGone && !isByKeyboard) focusAt(card);
  correct().catch(() => {}); // a page loaded again shows it
}

/** Focus `card`, or if it is hidden the closest one that is not. */
function focusAt(card) {
  const cards = [...document.querySelectorAll(CARDS)];
  const at = cards.indexOf(card);
  const inOrder = [...cards.slice(Math.max(at, 0)), ...cards.slice(0, Math.max(at, 0)).reverse()];
  const place = inOrder.find((one) => one.checkVisibility()) ?? document.getElementById("main");
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
}

/** Where the page as a whole has become another one, load that, which then shows the toast. */
function leave(url, parts, isUndoneElsewhere) {
  const [, subject, act] = url.pathname.match(/(.*\/)([\w-]+)\/$/);
  const isAbout = /^(un)?block$/.test(act) && location.pathname.startsWith(subject);
  const focused = act === "delete" && document.querySelector(`.is-focused[id="post-${subject.split("/")[2]}"]`);
  if (!isAbout && !focused && !(isUndoneElsewhere && hasMore(url))) return false;
  showNext(parts.find((part) => part.matches(".messages")));
  if (!focused) location.reload();
  else if (isFromElsewhere(subject)) history.back();
  else location.assign(focused.querySelector(".post-author a").href);
  return true;
}

/** Whether Back leads to another page of this site than those of the post whose acts are at `subject`. */
function isFromElsewhere(subject) {
  const from = document.referrer && new URL(document.referrer);
  const isOwn = from && from.origin === location.origin && history.length > 1;
  return isOwn && from.pathname !== location.pathname && !from.pathname.startsWith(subject);
}
