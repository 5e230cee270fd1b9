// One <dialog> over the page, for what need not leave it: writing, reporting, help. It holds the fragment that a page
// answers to a script, whose first heading becomes its title. In Chromium a phone's Back closes it, as Escape does.

import { fragments } from "./http.js";
import { focusOwn } from "./own-composer.js";

const dialog = document.getElementById("dialog");
const title = dialog.querySelector("#dialog-title");
const content = dialog.querySelector(".dialog-content");
const LINKS = "a[data-dialog], a[href^='/compose/'], a[href^='/report/'], a.act-reply";
const FIRST = ["[aria-invalid], [autofocus]", "textarea, select, input:not([type=hidden])", "button:not([hidden]), a"];

let opener; // what has the focus again afterwards; in the row of a post, which acts replace, also where it is there
let asked; // aborts the request under way

/** Open `url`, or go to the page's own form, where that is for the same thing; `plain` is where those go who may not. */
export async function open(url, plain = url) {
  if (focusOwn(url)) return;
  show();
  asked = new AbortController();
  const { signal } = asked;
  const script = loadFor(url).catch(() => {}); // before what it is for can be used; that works without it, too
  try {
    const response = await fetch(url, { headers: { "X-Requested-With": "XMLHttpRequest" }, signal });
    if (response.status === 401) location.assign(`/login/?next=${encodeURIComponent(url)}`);
    else if (response.status === 403) leave(plain);
    else if (response.ok || response.status === 422) {
      const elements = await fragments(response);
      await script;
      if (!signal.aborted) fill(elements);
    } else fail(url, response.status);
  } catch {
    if (!signal.aborted) fail(url);
  }
}

const loadFor = (url) => (url.startsWith("/compose/") ? import("./composer.js") : import("./counter.js"));

/** Open it, with these elements or, for now, with none. */
export function show(...elements) {
  if (!dialog.open) {
    const { activeElement } = document;
    const element = activeElement.closest(".menu-list")?.previousElementSibling ?? activeElement; // what opens the menu
    const [act] = element.closest(".act")?.className.match(/act-\w+|post-menu/) ?? [];
    opener = { element, act, pk: element.closest("[data-post]")?.dataset.post };
    const root = document.documentElement;
    root.classList.toggle("has-scrollbar", innerWidth > root.clientWidth);
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

function fill(elements) {
  dialog.ariaBusy = null;
  content.replaceChildren(...elements);
  const heading = content.querySelector("h1, h2");
  if (heading) title.replaceChildren(...heading.childNodes);
  (heading?.closest(".page-head") ?? heading)?.remove();
  FIRST.map((kind) => content.querySelector(kind)).find(Boolean)?.focus();
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

let isOutside = false; // a selection that ends on the backdrop, which is the dialog's own, has begun in it
dialog.addEventListener("pointerdown", ({ target }) => (isOutside = target === dialog));
dialog.addEventListener("click", (event) => {
  const { target } = event;
  const isBack = target.closest("a")?.href.split("#")[0] === location.href.split("#")[0]; // to the page behind it
  if (isBack) event.preventDefault();
  if (isBack || (isOutside && target === dialog) || target.closest(".dialog-close")) close();
});
dialog.addEventListener("sent", close);

dialog.addEventListener("submit", async (event) => {
  if (event.target.matches(".composer")) return;
  event.preventDefault();
  const { send } = await import("./dialog-form.js");
  const refused = await send(event.target, event.submitter, close);
  if (refused) fill(refused);
});
