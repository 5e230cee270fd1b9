// Puts changed parts of a page in the place of the old ones, wherever these are; the focus stays on the same thing.

const KEPT = `acts of ${document.documentElement.dataset.person}`;
const KEEPS = ".post-actions, .counts, .follow, .person-menu";
const MOST_KEPT = 50;
const FOCUSABLE = "a, button, [tabindex]";

/** Show `changed` in place of each element with its id, or row of the same post. Returns whether there was any. */
export function replace(changed) {
  const same = changed.matches(".post-actions") ? `.post-actions[data-post="${changed.dataset.post}"]` : `[id="${changed.id}"]`;
  if (changed.matches(KEEPS)) keep(same, changed);
  const { activeElement } = document;
  const places = document.querySelectorAll(same);
  for (const old of places) {
    const at = [...old.children].findIndex((child) => child.contains(activeElement));
    const copy = document.importNode(changed, true);
    old.replaceWith(copy);
    if (at >= 0 || old === activeElement) focus(copy, copy.children[at]);
  }
  return places.length > 0;
}

/** Focus `child` of `copy`; where that is closed, what opens it. */
function focus(copy, child) {
  const places = [child, child?.previousElementSibling, copy].filter(Boolean);
  const candidates = places.flatMap((place) => [place, ...place.querySelectorAll(FOCUSABLE)]);
  candidates.find((one) => one.matches(FOCUSABLE) && one.checkVisibility())?.focus({ preventScroll: true });
}

// After going back, a page shows what was there before later acts.

function keep(same, part) {
  const parts = kept();
  parts.delete(same);
  parts.set(same, part.outerHTML);
  sessionStorage.setItem(KEPT, JSON.stringify([...parts].slice(-MOST_KEPT)));
}

function kept() {
  return new Map(JSON.parse(sessionStorage.getItem(KEPT) ?? "[]"));
}

addEventListener("pageshow", ({ persisted }) => {
  const type = performance.getEntriesByType("navigation")[0]?.type;
  if (!persisted && type !== "back_forward") return;
  const template = document.createElement("template");
  template.innerHTML = [...kept().values()].join("");
  for (const part of [...template.content.children]) replace(part);
});
