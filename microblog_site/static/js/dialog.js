// One <dialog> over the page, for what need not leave it: writing, reporting, help. Links to these pages open in it; it
// holds the fragment that such a page answers to a script, whose first heading becomes its title. In Chromium the Back
// of a phone closes it like Escape, as of any modal <dialog>.

import { fragments, post } from "./http.js";

const dialog = document.getElementById("dialog");
const title = dialog.querySelector("#dialog-title");
const content = dialog.querySelector(".dialog-content");
const LINKS = "a[data-dialog], a[href^='/compose/'], a[href^='/report/'], a.act-reply";
const FIRST = "[aria-invalid], [autofocus], textarea, input:not([type=hidden]), select, button, a";

let opener; // what has the focus again afterwards; in the row of a post, which acts replace, also where it is there
let asked; // aborts the request under way

/** Open `url`, or go to the page's own form, where that is for the same thing; `plain` is the page for who may not. */
export async function open(url, plain = url) {
  if (focusOwn(url)) return;
  show();
  asked = new AbortController();
  const { signal } = asked;
  try {
    const response = await fetch(url, { headers: { "X-Requested-With": "XMLHttpRequest" }, signal });
    if (response.status === 401) location.assign(`/login/?next=${encodeURIComponent(url)}`);
    else if (response.status === 403) leave(plain);
    else if (response.ok || response.status === 422) await fill(await fragments(response));
    else fail(url, response.status);
  } catch (error) {
    if (!signal.aborted) fail(url);
  }
}

/** Open it, with these elements or, for now, with none. */
export function show(...elements) {
  if (!dialog.open) {
    const element = document.activeElement;
    const [act] = element.closest(".act")?.className.match(/act-\w+|post-menu/) ?? [];
    opener = { element, act, pk: element.closest("[data-post]")?.dataset.post };
    const { classList, clientWidth } = document.documentElement;
    classList.toggle("has-scrollbar", innerWidth > clientWidth);
    dialog.showModal();
  }
  asked?.abort();
  title.textContent = dialog.dataset.busy;
  dialog.ariaBusy = "true";
  content.replaceChildren();
  if (elements.length) fill(elements);
}

export const close = () => dialog.close();

function leave(page) {
  close(); // for a page that differs only in its #place
  location.assign(page);
}

async function fill(elements) {
  dialog.ariaBusy = null;
  content.replaceChildren(...elements);
  const heading = content.querySelector("h1, h2");
  if (heading) title.textContent = heading.textContent;
  heading?.remove();
  content.querySelector(FIRST)?.focus();
  if (content.querySelector(".composer")) await Promise.all([import("./composer.js"), import("./thread-texts.js")]);
  content.dispatchEvent(new CustomEvent("shown", { bubbles: true }));
}

function fail(url, status) {
  const message = document.getElementById("dialog-failed").content.cloneNode(true);
  const [gone, failed] = message.querySelectorAll("p");
  (status === 404 ? failed : gone).remove();
  message.querySelector("button").addEventListener("click", () => open(url));
  if (status) message.querySelector("a").href = url;
  else message.querySelector("a").remove();
  fill([...message.children]);
}

/** Whether the page's own form is for what `url` is for, and has the focus now. Home's, only if it is in view. */
function focusOwn(url) {
  const own = document.getElementById("composer");
  const { pathname, searchParams } = new URL(url, location);
  if (!own || pathname !== "/compose/") return false;
  const names = ["in_reply_to", "quote", "draft", "text"];
  if (names.some((name) => (own.elements[name]?.value ?? "") !== (searchParams.get(name) ?? ""))) return false;
  const { top } = own.getBoundingClientRect();
  if (!own.elements.in_reply_to && (top < 0 || top > innerHeight / 2)) return false;
  own.elements.body.focus();
  return true;
}

dialog.addEventListener("close", () => {
  asked?.abort();
  content.replaceChildren();
  const { element, act, pk } = opener;
  const again = element.checkVisibility() ? element : document.querySelector(`[data-post="${pk}"] .${act}`);
  (again?.querySelector("summary, [popovertarget]") ?? again)?.focus({ preventScroll: true });
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(LINKS);
  if (!link || link.closest(".dialog-failed") || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const answered = link.matches(".act-reply") && link.closest("[data-post]").dataset.post;
  link.focus({ preventScroll: true }); // Safari does not
  open(answered ? `/compose/?in_reply_to=${answered}` : link.getAttribute("href"), link.href);
});

// The backdrop is the dialog's own; a selection that ends there has begun in it.
let isOutside = false;
dialog.addEventListener("pointerdown", ({ target }) => (isOutside = target === dialog));
dialog.addEventListener("click", ({ target }) => {
  if ((isOutside && target === dialog) || target.closest(".dialog-close")) close();
});
dialog.addEventListener("sent", close);

dialog.addEventListener("submit", async (event) => {
  if (event.target.matches(".composer")) return;
  event.preventDefault();
  const { send } = await import("./dialog-form.js");
  const refused = await send(event.target, event.submitter, close);
  if (refused) await fill(refused);
});
