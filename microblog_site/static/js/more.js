// "More posts" below a timeline, and "More replies" below a post, add the next page to this one. Right after Back, what
// had been added is added again, and the reader is where they were.

const LINK = ".pager [rel=next]";
const FURTHER = 4; // pages
const PARTS = ":scope > article[id], :scope > .thread-branch";

const listOf = (page) => page.querySelector("#timeline, .thread-replies");
const articleOf = (part) => part.closest("article") ?? part.querySelector("article");
const isNew = (part) => !document.getElementById(articleOf(part).id);

const list = listOf(document);
const status = Object.assign(document.createElement("p"), { className: "more-status", role: "status" });
list.after(status); // before it has a text, so that screen readers announce that

let isRestoring = false;

document.addEventListener("click", async (event) => {
  const link = event.target.closest(LINK);
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.parentElement.ariaBusy) return;
  const added = await add(link);
  if (!added) return;
  remember((history.state?.more?.pages ?? 0) + 1);
  // The link, if it had the focus, is another one now.
  if (document.activeElement === document.body) focus(added[0] ?? document.querySelector(LINK));
});

/** Add the page that `link` leads to. Returns what is new on it; nothing if it failed, which the reader is told. */
async function add(link) {
  const pager = link.parentElement;
  pager.ariaBusy = "true";
  say("");
  try {
    const response = await fetch(link.href);
    if (!response.ok) throw new Error(response.statusText);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (page.documentElement.dataset.person === document.documentElement.dataset.person) return show(page, pager);
    location.assign(link.href); // logged out by now
  } catch {
    say(document.getElementById("act").dataset.failed, true);
  }
  pager.ariaBusy = null;
  return undefined;
}

function show(page, pager) {
  const added = [...listOf(page).querySelectorAll(PARTS)].filter(isNew);
  list.append(...added);
  lead(pager, page.querySelector(LINK));
  say(listOf(page).dataset.more);
  document.dispatchEvent(new CustomEvent("posts-added", { detail: added }));
  return added;
}

/** Lead to the `next` page, if there is one. What is laid out as new, as pager and foot are, shifts no layout. */
function lead(pager, next) {
  const copy = pager.cloneNode(true);
  copy.ariaBusy = null;
  if (next) copy.querySelector(LINK).href = next.href;
  else copy.querySelector(LINK).remove();
  pager.replaceWith(copy);
  const foot = document.querySelector(".site-side");
  if (foot.scrollTop || foot.contains(document.activeElement)) return;
  foot.hidden = true;
  foot.getBoundingClientRect();
  foot.hidden = false;
}

function focus(part) {
  const target = part && (articleOf(part) ?? part);
  if (target?.matches("article")) target.tabIndex = -1;
  target?.focus({ preventScroll: true });
}

function say(text, failed = false) {
  status.textContent = text;
  status.classList.toggle("visually-hidden", !failed);
}

// The browser's history keeps how many pages were added, and a key for the place: when a page is left, it is too late to
// change the history.

function remember(pages) {
  const key = history.state?.more?.key ?? `place ${Date.now()}`;
  history.replaceState({ ...history.state, more: { pages, key } }, "");
  history.scrollRestoration = "manual"; // the browser would scroll before the posts are there again
}

addEventListener("pagehide", () => {
  if (!history.state?.more || isRestoring) return;
  const articles = [...list.querySelectorAll("article[id]")];
  const here = articles.find((article) => article.getBoundingClientRect().bottom > 0);
  const place = { id: here?.id, top: here?.getBoundingClientRect().top, last: articles.at(-1).id };
  sessionStorage.setItem(history.state.more.key, JSON.stringify(place));
});

/** Add as many pages as before; and a few more, if newer posts have moved the last one there was. */
async function restore({ pages, key }) {
  const { id, top, last } = JSON.parse(sessionStorage.getItem(key) ?? "{}");
  let hasMoved = false;
  for (const type of ["wheel", "touchmove", "keydown"]) addEventListener(type, () => (hasMoved = true), { once: true });
  isRestoring = true;
  let again = 0;
  while (again < pages || (last && !document.getElementById(last) && again < pages + FURTHER)) {
    const link = document.querySelector(LINK);
    if (!link || !(await add(link))) break;
    again += 1;
  }
  isRestoring = false;
  remember(again);
  const here = document.getElementById(id);
  if (here && !hasMoved) scrollBy({ top: here.getBoundingClientRect().top - top, behavior: "instant" });
}

if (history.state?.more) restore(history.state.more);
