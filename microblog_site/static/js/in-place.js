// Acts on people and posts without leaving the page: what changed is replaced, what a list leaves out is hidden, and a
// toast says what happened and undoes it.

import { correct, hasMore, record } from "./hiding.js";
import { fragments, post } from "./http.js";
import { replace } from "./replace.js";
import { close, show, showNext } from "./toast.js";

const ON_PEOPLE = "mute|unmute|block|unblock|hide-reposts|show-reposts|follow|unfollow|accept|reject|remove";
const ON_POSTS = "(un)?(like|repost|bookmark|pin)|(un)?delete";
const ACTS = new RegExp(`^/(@\\w+/(${ON_PEOPLE})|posts/\\d+/(${ON_POSTS}))/$`);
const CARDS = "article.post, .person";
const { dataset: words } = document.getElementById("act");

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
  if (response.status === 404) return words.gone;
  const text = await response.text();
  if (response.headers.get("Content-Type")?.startsWith("text/plain") && text) return text;
  const said = new DOMParser().parseFromString(text, "text/html").querySelectorAll("h1, h1 + p");
  return [...said].map((part) => part.textContent.trim()).join(": ") || words.failed;
}

document.addEventListener("click", (event) => {
  const control = event.target.closest("button[form=act][formaction], a[href$='/delete/']");
  const url = control && new URL(control.formAction ?? control.href, location);
  if (!url || !ACTS.test(url.pathname) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (location.pathname.endsWith("/delete/")) return; // a page for one post, which leads on
  event.preventDefault();
  const place = control.closest(".post-actions") ?? control;
  if (!place.ariaBusy) act(control, url, place, event.detail === 0);
});

async function act(control, url, place, isByKeyboard) {
  const isInToast = control.closest("#said");
  place.ariaBusy = "true";
  try {
    const body = new FormData(document.getElementById("act"), control.form ? control : null);
    const response = await post(url.href, body);
    if (response.ok) finish(control, url, isByKeyboard, await fragments(response));
    else if (response.status === 404 && isInToast) show(words.late);
    else if (response.status !== 401) show(await explain(response));
  } catch {
    place.ariaBusy = null;
    show(words.failed, { button: isInToast && control });
  } finally {
    place.ariaBusy = null;
  }
}

function finish(control, url, isByKeyboard, parts) {
  const toast = control.closest("#said");
  const card = control.closest(CARDS);
  const isUndoneElsewhere = !record(url).length && toast;
  if (leave(url, parts, isUndoneElsewhere)) return;
  const isGone = card && !card.checkVisibility();
  const takesFocus = isByKeyboard && (toast ? isUndoneElsewhere : isGone);
  if (toast && !parts.some((part) => part.matches(".messages"))) close(); // what it offered is done
  apply(parts, { takesFocus, goBack: card && (() => focusAt(card)) });
  if (isGone && !isByKeyboard) focusAt(card);
  correct().catch(() => {}); // a page loaded again shows it
}

/** Focus `card`, or if it is hidden the next one that is not. */
function focusAt(card) {
  const cards = [...document.querySelectorAll(CARDS)].filter((one) => one.checkVisibility());
  const { DOCUMENT_POSITION_FOLLOWING } = Node;
  const next = cards.find((one) => one === card || card.compareDocumentPosition(one) & DOCUMENT_POSITION_FOLLOWING);
  const place = next ?? cards.at(-1) ?? document.getElementById("main");
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
}

/** Where the page as a whole has become another one, load that, which then shows the toast. */
function leave({ pathname }, parts, isUndoneElsewhere) {
  const [, subject, act] = pathname.match(/(.*\/)([\w-]+)\/$/);
  const isAbout = /^(un)?block$/.test(act) && location.pathname.startsWith(subject);
  const focused = act === "delete" && document.querySelector(`.is-focused[id="post-${subject.split("/")[2]}"]`);
  if (!isAbout && !focused && !(isUndoneElsewhere && hasMore(act))) return false;
  showNext(parts.find((part) => part.matches(".messages")));
  if (!focused) location.reload();
  else if (isFromElsewhere(subject)) history.back();
  else location.assign(focused.querySelector(".post-author a").href);
  return true;
}

/** Whether Back leads to another page of this site than those of the post whose acts are at `subject`. */
function isFromElsewhere(subject) {
  const { origin, pathname } = new URL(document.referrer || "about:blank");
  const isOwn = origin === location.origin && history.length > 1;
  return isOwn && pathname !== location.pathname && !pathname.startsWith(subject);
}
