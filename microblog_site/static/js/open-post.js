// The whole card opens the post, except where something else can be pressed or text has just been marked.

const OTHERS = "a, button, summary, input, select, textarea, label, .menu-list, .is-focused";

for (const type of ["click", "auxclick"]) {
  document.addEventListener(type, (event) => {
    const link = destination(event);
    if (!link) return;
    if (event.button === 1 || event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
    else link.click();
  });
}

/** The link that a click on a card stands for; undefined if it stands for none. */
function destination({ button, target }) {
  const card = target.closest(".post-quote, article.post");
  const pressed = target.closest(OTHERS);
  if (!card || button > 1 || !getSelection().isCollapsed) return undefined;
  if (pressed && (card.contains(pressed) || !card.matches(".post-quote"))) return undefined;
  return card.querySelector(":scope > .post-head .post-meta a");
}
