// Entries kept on this device, each with the time `at` which it was written. Storage may be full or forbidden, which must
// not keep anybody from writing.

const KEPT_FOR = 30 * 24 * 60 * 60 * 1000; // milliseconds

function attempt(act) {
  try {
    return act();
  } catch {
    return undefined;
  }
}

/** An entry, given as it is stored; an empty one if there is none. */
export const parse = (value) => attempt(() => JSON.parse(value)) ?? {};

export const read = (key) => parse(attempt(() => localStorage.getItem(key)));

export const remove = (key) => attempt(() => localStorage.removeItem(key));

export function write(key, entry) {
  attempt(() => localStorage.setItem(key, JSON.stringify({ ...entry, at: Date.now() })));
}

export const keys = (start) => (attempt(() => Object.keys(localStorage)) ?? []).filter((key) => key.startsWith(start));

// Texts, by drafts.js

/** Of the keys that start like this, the one under which a text was written last; undefined if there is none. */
export function newest(start) {
  const texts = keys(start).filter((key) => read(key).typed);
  return texts.sort((a, b) => read(b).at - read(a).at)[0];
}

export function removeOld() {
  for (const key of keys("draft ")) if (!(read(key).at > Date.now() - KEPT_FOR)) remove(key);
}
