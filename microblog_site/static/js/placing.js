// Where posts belong that were just sent from a page.

/** Put `posts`, which answer the post with the id `answered` if any, on the page; `link` leads to them. */
export function place(posts, answered, link) {
  const [first] = posts;
  if (!first || !(answered ? addReplies(posts, answered) : addOnTop(posts))) return;
  const { top, bottom } = first.getBoundingClientRect();
  if (top < 0 || bottom > innerHeight) link?.setAttribute("href", `#${first.id}`);
  else link?.remove();
}

function addOnTop(posts) {
  const timeline = document.getElementById("timeline");
  const profile = posts[0].querySelector(".post-author a").getAttribute("href");
  const isOwn = location.pathname === "/" || location.pathname === profile;
  if (!timeline || !isOwn || document.querySelector(".pager [rel=prev]")) return false;
  const { scrollHeight } = document.documentElement;
  const isBelow = timeline.getBoundingClientRect().top < 0;
  timeline.prepend(...posts.reverse());
  const grown = document.documentElement.scrollHeight - scrollHeight;
  if (isBelow && !CSS.supports("overflow-anchor", "auto")) scrollBy(0, grown); // elsewhere, the browser keeps the place
  return true;
}

function addReplies(posts, answered) {
  const replies = document.querySelector(".thread-replies");
  const isHere = document.getElementById("composer")?.elements.in_reply_to?.value === answered;
  if (!replies || !isHere || document.querySelector(".pager [rel=next]")) return false;
  const branch = Object.assign(document.createElement("div"), { className: "thread-branch" });
  for (const post of posts) post.querySelector(":scope > .post-answers")?.remove(); // as in the rest of the page
  const [reply, ...further] = posts;
  branch.append(reply);
  if (further.length) {
    const children = Object.assign(document.createElement("div"), { className: "thread-children" });
    children.append(...further);
    branch.append(children);
  }
  replies.append(branch);
  return true;
}
