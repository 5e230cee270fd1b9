// Show how many characters a <textarea> has left, in the <output class="counter"> that refers to it, once they are few.

const FEW = 50; // or a fifth of what is allowed
const END = 10; // from here on, screen readers say it
const LINE_BREAK = /\r\n?|[\v\f\x85\u2028\u2029]/g;
const BLANK = "[\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
const BLANK_ENDS = new RegExp(`^${BLANK}|${BLANK}$`, "g");

function update(textarea) {
  const counter = document.querySelector(`output.counter[for="${textarea.id}"]`);
  if (!counter) return;
  const { maximum, over, left: words } = counter.dataset;
  const left = maximum - length(textarea.value);
  const isNear = left <= Math.min(FEW, maximum / 5);
  counter.ariaLive = left <= END ? "polite" : "off";
  counter.classList.toggle("is-near", isNear && left >= 0);
  counter.classList.toggle("is-over", left < 0);
  counter.textContent = isNear ? (left < 0 ? over : words).replace("%s", Math.abs(left)) : "";
}

// Like the server (microblog_site/text.py): code points after NFC and trimming, with a line break as one.
function length(text) {
  return [...text.replace(LINE_BREAK, "\n").normalize("NFC").replace(BLANK_ENDS, "")].length;
}

document.addEventListener("input", (event) => {
  if (event.target.matches("textarea")) update(event.target);
});
document.addEventListener("shown", ({ target }) => target.querySelectorAll("textarea").forEach(update));
document.querySelectorAll("textarea").forEach(update);
