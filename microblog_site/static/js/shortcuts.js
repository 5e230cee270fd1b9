// Keyboard shortcuts, listed at /keyboard/. The current post is the one that has the focus, or holds it.

const POSTS = "main article[id^=post-]";
const MORE = ".pager [rel=next]";
const TYPED_INTO = "input, textarea, select, [contenteditable]";
const IN_FRONT = ":is(dialog[open], details.menu[open], :popover-open)"; // :is() forgives what a browser does not know
const ON_REPEAT = ["j", "k"];

// Each returns what it went to or pressed; nothing if there is none.
const keys = {
  j: () => go(1),
  k: () => go(-1),
  Enter: () => document.activeElement.matches(POSTS) && press(":scope > .post-head .post-meta a"),
  r: () => press(".act-reply"),
  l: () => press(".act-like"),
  b: () => press("[formaction$='bookmark/']"),
  n: () => open("/compose/"),
  "/": () => focus(document.querySelector("main input[type=search]")),
  "?": () => open("/keyboard/"),
};

document.addEventListener("keydown", (event) => {
  const name = nameOf(event);
  if (!Object.hasOwn(keys, name) || isTakenElsewhere(event) || (event.repeat && !ON_REPEAT.includes(name))) return;
  if (keys[name]()) event.preventDefault();
});

/** The key as in `keys`, with Caps Lock, too; where the layout has other letters, the one in the same place. */
function nameOf({ key, code, shiftKey }) {
  if (key.length > 1 || (shiftKey && !"?/".includes(key))) return shiftKey ? "" : key;
  const [, letter] = (key > "\x7f" && code.match(/^Key(.)$/)) || [];
  return (letter ?? key).toLowerCase();
}

function isTakenElsewhere(event) {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return true;
  return event.target.closest(TYPED_INTO) || document.querySelector(IN_FRONT);
}

function current() {
  const { activeElement } = document;
  return activeElement.closest(POSTS) ?? activeElement.closest(".thread-post")?.querySelector(POSTS);
}

/** Go to the next or previous post; from the last one to "More". What is out of sight is no place to start from. */
function go(step) {
  const posts = [...document.querySelectorAll(POSTS)].filter((post) => post.checkVisibility());
  const { activeElement } = document;
  const here = activeElement.matches(MORE) ? posts.length : posts.indexOf(current());
  if (here >= 0 && isInView(activeElement)) return focus(posts[here + step] ?? (step > 0 && document.querySelector(MORE)));
  const isAbove = (post) => post.getBoundingClientRect().top < 0;
  return focus(step > 0 ? posts.find((post) => !isAbove(post)) ?? posts.at(-1) : posts.findLast(isAbove));
}

/** Focus `target` and show it: from its start if it is too long for the window. */
function focus(target) {
  if (!target) return undefined;
  if (target.matches(POSTS)) target.tabIndex = -1;
  target.focus({ preventScroll: true });
  const isLong = target.offsetHeight > innerHeight / 2;
  target.scrollIntoView({ block: isLong ? "start" : "nearest", behavior: "instant" });
  return target;
}

/** Press what is at `selector` in the current post, or in the one that the page is about. */
function press(selector) {
  const post = current() ?? document.querySelector("article[aria-current]");
  const target = post && isInView(post) && post.querySelector(selector);
  target?.click?.();
  return target;
}

function isInView(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

/** Open a page over this one; without the means for that, go to it. */
function open(url) {
  import("./dialog.js").then((dialog) => dialog.open(url)).catch(() => location.assign(url));
  return url;
}
