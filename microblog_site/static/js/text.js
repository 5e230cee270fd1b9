// The length of a text as the server counts it: microblog_site/text.py.

const LINE_BREAK = /\r\n?|[\v\f\x85\u2028\u2029]/g;
const BLANK = "[\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
const BLANK_ENDS = new RegExp(`^${BLANK}|${BLANK}$`, "g");

/** Code points of `text` after NFC, a line break as one, without blanks at the ends. */
export function length(text) {
  return [...text.replace(LINE_BREAK, "\n").normalize("NFC").replace(BLANK_ENDS, "")].length;
}
