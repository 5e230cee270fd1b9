// What acts take out of the lists on a page. It is only hidden, so that it comes back in its place when they are undone.
//
// The elements around posts say by `data-hides` after which acts their list leaves posts out. Deleted posts and blocked
// people are nowhere.

const KEY = `done by ${document.documentElement.dataset.person}`;
const MOST_KEPT = 50;
const PAIRS = "mute unmute block unblock hide-reposts show-reposts unfollow follow delete undelete".split(" ");
const OPPOSITES = Object.fromEntries(PAIRS.map((act, at) => [act, PAIRS[at ^ 1]]));

const author = (person) => `article.post:has(> .post-head .post-author a[href="${person}"])`;
const reposter = (person) => `article.post:has(> .post-context a[href="${person}"])`;
const answer = (person) => `article.post:has(> .post-answers a[href^="${person}"])`;
// In a thread, people whom one muted still answer themselves.
const toOthers = (person) => `.thread-post:not(:has(h2 a[href="${person}"])) ~`;
const BRANCH = ".thread-replies > .thread-branch";
const LOCKED = ":has(> .post-head .post-lock)";
const ANSWERS = ":has(> .post-answers)";

const HIDDEN = {
  mute: (person) => [
    `[data-hides~=mute] :is(${author(person)}, ${reposter(person)})`,
    `${toOthers(person)} ${BRANCH} > ${author(person)}`,
    `${toOthers(person)} ${BRANCH} > ${author(person)} + .thread-children`,
    `${BRANCH} > :not(${author(person)}) + .thread-children > ${author(person)}`,
  ],
  block: (person) => [
    author(person),
    `${BRANCH} > ${author(person)} + .thread-children`,
    reposter(person),
    `.post-answers:has(a[href^="${person}"])`,
    `.post-quote:has(.post-author a[href="${person}"])`,
    `.person:has(> .person-link[href="${person}"])`,
  ],
  "hide-reposts": (person) => [`[data-hides~=hide-reposts] ${reposter(person)}`],
  unfollow: (person) => [
    `[data-hides~=unfollow] ${author(person)}:not(:has(> .post-context))`,
    `[data-hides~=unfollow] ${reposter(person)}`,
    `[data-hides~=answers] ${answer(person)}:not(:has(> .post-context))`,
    `${author(person)}${LOCKED}:not(${ANSWERS})`,
    `${answer(person)}${LOCKED}`,
  ],
  delete: (post) => [
    `[id="post-${post.split("/")[2]}"]`,
    `.post-quote:has(.post-meta a[href$="${post.slice("/posts".length)}"])`,
  ],
  unmute: (person) => [`[data-hides~=unmute] > .person:has([formaction="${person}unmute/"])`],
  unblock: (person) => [`[data-hides~=unblock] > .person:has([formaction="${person}unblock/"])`],
};

/** The paths of what was done in this tab and not undone. */
const read = () => JSON.parse(sessionStorage.getItem(KEY) ?? "[]");

/** Hide or show what concerns the act with this `url`, which was just done. Returns what is shown again. */
export function record({ pathname, search }) {
  const [, subject, act] = pathname.match(/(.*\/)([\w-]+)\/$/);
  if (!(act in OPPOSITES)) return [];
  const acts = [act];
  if (act === "block") acts.push("unfollow");
  if (search === "?follow=1") acts.push("follow");
  const paths = (names) => names.map((name) => `${subject}${name}/`);
  const over = paths([...acts, ...acts.map((one) => OPPOSITES[one])]);
  const done = read().filter((path) => !over.includes(path));
  sessionStorage.setItem(KEY, JSON.stringify([...done, ...paths(acts)].slice(-MOST_KEPT)));
  return update();
}

/** Whether a list on this page has more to show once this act has undone another. */
export function hasMore(act) {
  const list = document.querySelector("#timeline, .thread-replies");
  return /^un(block|delete)$/.test(act) ? list : list?.dataset.hides?.split(" ").includes(OPPOSITES[act]);
}

function update() {
  const [...hidden] = document.querySelectorAll("[data-taken-out]");
  const selectors = read().flatMap((path) => HIDDEN[path.split("/").at(-2)]?.(path.replace(/[^/]*\/$/, "")) ?? []);
  const goes = new Set(selectors.length ? document.querySelectorAll(selectors) : []);
  for (const element of [...hidden, ...goes]) element.hidden = element.toggleAttribute("data-taken-out", goes.has(element));
  return hidden.filter((element) => !goes.has(element));
}

/** Show in its place what is no longer in a list because somebody reposted it, but still for another reason. */
export async function correct() {
  const gone = [...document.querySelectorAll("#timeline > [data-act][data-taken-out]")];
  if (!gone.length) return;
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  for (const article of gone) {
    const other = page.getElementById(article.id);
    if (!other) continue;
    const below = [...article.parentElement.children].find((one) => numberOf(one) < numberOf(other));
    article.parentElement.insertBefore(document.importNode(other, true), below ?? null);
    article.remove();
  }
}

const numberOf = ({ dataset, id }) => Number(dataset.act ?? id.slice("post-".length));

addEventListener("pageshow", ({ persisted }) => {
  if (persisted || performance.getEntriesByType("navigation")[0]?.type === "back_forward") update();
});
