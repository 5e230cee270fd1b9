// Show "3 new posts" above a timeline, and the posts themselves on a click, without reloading the page.
//
// A tab mostly polls whether anything at all was published, which costs the site next to nothing.

import { fragments, get } from "./http.js";

const EVERY = 60; // seconds
const LONGEST_PAUSE = 15 * 60; // seconds, while the site does not respond
const GIVE_UP_AFTER = 12 * 60 * 60; // seconds: nobody reads for that long

const place = document.getElementById("newer");
const timeline = document.getElementById("timeline");
const opened = Date.now();
let asked = opened;
let pause = EVERY;
let timer;
let said; // the last answer to whether anything was published

// Of the repost, where a post is shown for one.
const numberOf = ({ dataset, id }) => Number(dataset.act ?? id.slice("post-".length));

async function ask() {
  asked = Date.now();
  try {
    const answer = await (await get("/posts/newest/")).text();
    if (answer !== said) await count();
    said = answer;
    pause = EVERY;
  } catch {
    pause = Math.min(2 * pause, LONGEST_PAUSE);
  }
  wait();
}

async function count() {
  const response = await get(`?after=${place.dataset.after}`);
  place.replaceChildren(...(response.status === 204 ? [] : await fragments(response)));
}

// Spread the requests of different tabs, and pause in hidden ones.
function wait() {
  clearTimeout(timer);
  if (document.hidden || Date.now() - opened > GIVE_UP_AFTER * 1000) return;
  timer = setTimeout(ask, pause * 1000 * (0.9 + 0.2 * Math.random()));
}

async function show() {
  const articles = await fragments(await get(`?after=${place.dataset.after}&show=1`));
  place.replaceChildren();
  if (!articles.length) return;
  place.dataset.after = numberOf(articles[0]);
  const added = articles.filter(isNews).reverse();
  for (const article of added) {
    document.getElementById(article.id)?.remove(); // an older act
    const below = [...timeline.children].find((other) => numberOf(other) < numberOf(article));
    timeline.insertBefore(article, below ?? null);
  }
  document.dispatchEvent(new CustomEvent("posts-added", { detail: added }));
  const [first] = timeline.children;
  first.tabIndex = -1;
  first.focus();
}

function isNews(article) {
  const shown = document.getElementById(article.id);
  return !shown || numberOf(shown) < numberOf(article);
}

place.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || "pageFull" in link.dataset) return;
  event.preventDefault();
  show().catch(() => location.assign(link.href));
});

document.addEventListener("visibilitychange", () => {
  wait();
  if (!document.hidden && Date.now() - asked > pause * 1000) ask();
});

wait();
