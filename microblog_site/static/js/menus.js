// Menus (<details class="menu">) close with Escape, with a click elsewhere and when the focus leaves; arrow keys go
// from item to item.

const openMenus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// Where the focus goes nowhere, as on a click on nothing or in another window, the menu stays.
document.addEventListener("focusout", ({ target, relatedTarget }) => {
  const menu = target.closest("details.menu[open]");
  if (relatedTarget && menu && !menu.contains(relatedTarget)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") openMenus().forEach(close);
  const menu = event.target.closest("details.menu");
  const to = menu && destination(menu, event.key);
  if (!to) return;
  event.preventDefault();
  menu.open = true;
  to.focus();
});

/** Shut `menu`, with the focus on what opens it, unless it is somewhere else. */
function close(menu) {
  const holdsFocus = menu.contains(document.activeElement);
  menu.open = false;
  if (holdsFocus) menu.querySelector("summary").focus();
}

/** The item of `menu` that a `key` leads to from where the focus is; undefined for other keys. */
function destination(menu, key) {
  const items = [...menu.querySelectorAll(".menu-item")];
  const here = items.indexOf(document.activeElement);
  return { ArrowDown: items[here + 1] ?? items[0], ArrowUp: items.at(here < 0 ? -1 : here - 1) }[key] ??
    (here >= 0 ? { Home: items[0], End: items.at(-1) }[key] : undefined);
}
