// How many characters a <textarea> has left: shown in the <output class="counter"> that names it.

const NEAR = 20;
const LINE_BREAK = /\r\n?|[\v\f\x85\u2028\u2029]/g;
const BLANK = "[\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
const BLANK_ENDS = new RegExp(`^${BLANK}|${BLANK}$`, "g");

export function update(textarea) {
  const counter = document.querySelector(`output.counter[for="${textarea.id}"]`);
  if (!counter) return;
  const left = counter.dataset.maximum - length(textarea.value);
  // An <output> is read out when it changes: not at every key while there is room enough.
  counter.ariaLive = left <= NEAR ? "polite" : "off";
  counter.classList.toggle("is-near", left <= NEAR && left >= 0);
  counter.classList.toggle("is-over", left < 0);
  counter.textContent = (left < 0 ? counter.dataset.over : counter.dataset.left).replace("%s", Math.abs(left));
}

// As the server counts (microblog_site/text.py): code points after NFC, a line break as one, without blanks at the ends.
function length(text) {
  return [...text.replace(LINE_BREAK, "\n").normalize("NFC").replace(BLANK_ENDS, "")].length;
}

document.addEventListener("input", (event) => {
  if (event.target.matches("textarea")) update(event.target);
});
document.querySelectorAll("textarea").forEach(update);
