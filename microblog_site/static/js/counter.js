// Show how many characters a <textarea> has left, in the <output class="counter"> that refers to it.

const NEAR = 20;
const LINE_BREAK = /\r\n?|[\v\f\x85\u2028\u2029]/g;
const BLANK = "[\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
const BLANK_ENDS = new RegExp(`^${BLANK}|${BLANK}$`, "g");

export function update(textarea) {
  const counter = document.querySelector(`output.counter[for="${textarea.id}"]`);
  if (!counter) return;
  const left = counter.dataset.maximum - length(textarea.value);
  // Screen readers announce a change of an <output>: not at every key while there is plenty of room.
  counter.ariaLive = left <= NEAR ? "polite" : "off";
  counter.classList.toggle("is-near", left <= NEAR && left >= 0);
  counter.classList.toggle("is-over", left < 0);
  counter.textContent = (left < 0 ? counter.dataset.over : counter.dataset.left).replace("%s", Math.abs(left));
}

// Like the server (microblog_site/text.py): code points after NFC and trimming, with a line break as one.
function length(text) {
  return [...text.replace(LINE_BREAK, "\n").normalize("NFC").replace(BLANK_ENDS, "")].length;
}

document.addEventListener("input", (event) => {
  if (event.target.matches("textarea")) update(event.target);
});
document.querySelectorAll("textarea").forEach(update);
