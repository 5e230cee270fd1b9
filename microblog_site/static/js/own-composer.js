// The composer of the page itself, which makes another one over the page superfluous.

const ABOUT = ["in_reply_to", "quote", "draft", "text"];

/** Whether it is for what `url` is for, and has the focus now; that of home only if it is in view. */
export function focusOwn(url) {
  const form = document.getElementById("composer");
  const { pathname, searchParams } = new URL(url, location);
  if (!form || pathname !== "/compose/") return false;
  if (ABOUT.some((name) => (form.elements[name]?.value ?? "") !== (searchParams.get(name) ?? ""))) return false;
  const { top } = form.getBoundingClientRect();
  if (!form.elements.in_reply_to && (top < 0 || top > innerHeight / 2)) return false;
  form.elements.body.focus();
  return true;
}
