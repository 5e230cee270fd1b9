// What is typed into a composer is kept on this device, as it is typed, until it is sent or saved, or its author logs out.
//
// An entry belongs to an account, to what is answered or quoted, and to the `submission` of the form, with which it comes
// back: sent twice, it is still one post. Whoever would overwrite a text that they haven't seen writes another entry,
// so that of two tabs neither loses anything. What was sent leaves { sent }, for forms that still hold it.

import { about, clear, fill, read, renew } from "./composer-fields.js";
import * as entries from "./on-device.js";

const OWN = `draft ${document.documentElement.dataset.person} `;
const known = new Map(); // by key: what is kept there, as far as this page has written or shown it
let isFilling = false;

/** What `form` held when it was sent, `typed`, is published or saved. */
export function forget(form, typed) {
  const key = keyOf(form);
  const before = entries.read(key);
  if (before.typed && before.typed !== typed) return; // another tab wrote on
  write(key, { sent: true });
  echo(key, { sent: true }, before, form);
}

/** `form` came back as `corrected`: as another post, if the first was published already. */
export function goOn(form, corrected) {
  if (keyOf(form) !== keyOf(corrected)) forget(form, read(form));
  save(corrected);
}

const place = (form) => `${OWN}${about(form)} `;
const keyOf = (form) => place(form) + form.elements.submission.value;

function write(key, entry) {
  known.set(key, entry.typed);
  entries.write(key, entry);
}

function save(form) {
  const key = keyOf(form);
  const typed = read(form);
  const before = entries.read(key);
  if (before.typed && ![known.get(key), typed].includes(before.typed)) branch(form);
  else {
    if (typed) write(key, { typed });
    else entries.remove(key);
    echo(key, { typed }, before, form);
  }
}

/** Keep what `form` holds in another entry than the one it was in. */
function branch(form) {
  const key = keyOf(form);
  if (entries.read(key).typed === read(form)) entries.remove(key);
  renew(form);
  save(form);
}

function show(form, key, typed) {
  known.set(key, typed);
  form.elements.submission.value = key.split(" ").at(-1);
  isFilling = true;
  fill(form, typed);
  isFilling = false;
}

/** Tell the other forms on this page, as `storage` events tell other tabs. */
function echo(key, now, before, origin) {
  for (const form of document.querySelectorAll(".composer")) if (form !== origin) follow(form, key, now, before);
}

function follow(form, key, now, before) {
  const own = read(form);
  const isSame = key === keyOf(form);
  if (now.typed && !own && key.startsWith(place(form))) show(form, key, now.typed);
  else if (!isSame || own === now.typed) return;
  else if (own && own !== before.typed) branch(form);
  else if (now.sent || now.typed === "") clear(form);
  else if (now.typed) show(form, key, now.typed);
}

/** Show in `form`, which has just appeared, what was typed there before; what else it holds is kept, too. */
function start(form) {
  form.autocomplete = "off"; // or Back fills in what was sent; without scripts, it may
  const own = read(form);
  const isOwn = entries.read(keyOf(form)).typed;
  const key = isOwn || own ? keyOf(form) : entries.newest(place(form));
  const { typed } = entries.read(key);
  if (!typed || typed === own) known.set(key, typed);
  else {
    if (own && !form.elements.draft) branch(form);
    show(form, key, typed);
  }
}

const composers = (root) => (root.matches?.(".composer") ? [root] : root.querySelectorAll(".composer"));

entries.removeOld();
// Sent without this script, as the message says.
for (const { dataset } of document.querySelectorAll("[data-sent]")) {
  for (const key of entries.keys(OWN)) if (key.endsWith(dataset.sent)) write(key, { sent: true });
}
composers(document).forEach(start);

document.addEventListener("shown", ({ target }) => composers(target).forEach(start));
for (const type of ["input", "change"]) {
  document.addEventListener(type, ({ target }) => {
    const form = target.closest(".composer");
    if (form && !isFilling) save(form);
  });
}
addEventListener("storage", ({ key, newValue, oldValue }) => {
  if (key?.startsWith(OWN)) echo(key, entries.parse(newValue), entries.parse(oldValue));
});
addEventListener("pageshow", ({ persisted }) => {
  for (const form of persisted ? composers(document) : []) {
    const key = keyOf(form);
    follow(form, key, entries.read(key), { typed: known.get(key) });
    start(form);
  }
});
