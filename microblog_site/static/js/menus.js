// Menus (lists with `popover`, each after the button that opens it) also have arrow keys, and close when the focus leaves
// or an item is chosen.

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[popovertarget]");
  // Of two copies of a post, which share ids, each opens its own.
  if (button) button.popoverTargetElement = button.nextElementSibling;
  target.closest("a, button")?.closest(".menu-list:popover-open")?.hidePopover();
}, true); // first, so that what it opens gives the focus back to the button

document.addEventListener("focusin", ({ target }) => {
  const menu = document.querySelector(".menu-list:popover-open");
  if (menu && !menu.contains(target) && target !== menu.previousElementSibling) menu.hidePopover();
});

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  const button = target.closest("[popovertarget]") ?? target.closest(".menu-list")?.previousElementSibling;
  const menu = button?.nextElementSibling;
  if (!menu || !/^(Arrow(Down|Up)|Home|End)$/.test(key)) return;
  if (!menu.matches(":popover-open")) {
    if (!key.startsWith("Arrow")) return; // as elsewhere on the page
    button.click();
  }
  event.preventDefault();
  destination(menu, key).focus();
});

/** The item of the open `menu` that a `key` leads to from where the focus is. */
function destination(menu, key) {
  const items = [...menu.querySelectorAll(".menu-item")].filter((item) => item.checkVisibility());
  const here = items.indexOf(document.activeElement);
  return {
    ArrowDown: items[(here + 1) % items.length],
    ArrowUp: items.at(Math.max(here, 0) - 1),
    Home: items[0],
    End: items.at(-1),
  }[key];
}
