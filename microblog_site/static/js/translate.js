// Translate posts in place, and return to the original.

import { fragments, post as send } from "./http.js";

const PATIENCE = 30; // seconds
const SECONDS_IN_VIEW = 0.3;
const AT_ONCE = 2; // automatic translations
const OF_ONE_POST = ["busy", "gone", "refused", "not-kept"]; // problems of one post: others may still be translated

const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[formaction$='/translation/'], .show-original");
  const post = button?.closest("article.post");
  if (!post) return;
  event.preventDefault();
  if (button.matches(".show-original")) {
    show(post, false);
    post.querySelector(".btn-translate")?.focus();
    return;
  }
  post.querySelector(":scope > .post-warning")?.setAttribute("open", "");
  say(post, "");
  const problem = await translate(post, button);
  if (problem) say(post, problem.text);
  else post.querySelector(".show-original").focus({ preventScroll: true });
});

/** Show the post translated. Returns undefined, or the reason why not: the sentence for the reader and its kind. */
async function translate(post, button) {
  if (post.querySelector(".post-translation")) return show(post, true);
  if (post.ariaBusy) return { text: "", kind: "busy" };
  post.ariaBusy = "true";
  try {
    return await ask(post, button);
  } catch {
    return { text: button.form.dataset.failed };
  } finally {
    post.ariaBusy = null;
  }
}

async function ask(post, button) {
  for (const until = Date.now() + PATIENCE * 1000; ; ) {
    const response = await send(button.formAction, new FormData(button.form));
    if (response.status === 404) return { text: button.form.dataset.failed, kind: "gone" };
    if (!response.ok) throw new Error(response.statusText);
    const answer = await fragments(response);
    const [first] = answer;
    if (first.matches(".post-translation")) {
      post.querySelector(".post-body").after(...answer);
      return show(post, true);
    }
    if (response.status !== 202 || Date.now() > until) return { text: first.textContent, kind: first.dataset.kind };
    await sleep(Number(response.headers.get("Retry-After")) || 1);
  }
}

function show(post, translated) {
  post.querySelector(".post-body:not(.post-translation)").hidden = translated;
  for (const offer of post.querySelectorAll(".post-translate, .translation-message")) offer.hidden = translated;
  for (const part of post.querySelectorAll(".post-translation, .translated-by")) part.hidden = !translated;
}

// Created before there is anything to say, so that screen readers announce the text.
function say(post, text) {
  let status = post.querySelector(".translation-status");
  if (!status) {
    status = Object.assign(document.createElement("p"), { className: "translation-status", role: "status" });
    post.querySelector(".post-body").after(status);
  }
  status.textContent = text;
}

// Automatic translation, if the reader wants it: as posts come into view, until the service reports a problem.

if (document.documentElement.hasAttribute("data-translate-posts")) {
  const inView = new Set();
  let underWay = 0;

  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) {
        inView.add(target);
        sleep(SECONDS_IN_VIEW).then(next);
      } else {
        inView.delete(target);
      }
    }
  });

  async function next() {
    const [button] = inView;
    if (!button || underWay >= AT_ONCE) return;
    inView.delete(button);
    observer.unobserve(button);
    underWay += 1;
    const problem = await translate(button.closest("article.post"), button);
    underWay -= 1;
    if (problem && !OF_ONE_POST.includes(problem.kind)) {
      observer.disconnect();
      inView.clear();
    }
    next();
  }

  const observe = (part) => part.querySelectorAll(".btn-translate").forEach((button) => observer.observe(button));
  observe(document);
  document.addEventListener("posts-added", (event) => event.detail.forEach(observe));
}
