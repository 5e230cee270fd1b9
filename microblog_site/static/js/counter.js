// How many characters a <textarea> has left: shown in the <output class="counter"> that names it.

import { length } from "./text.js";

const NEAR = 20;

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

document.addEventListener("input", (event) => {
  if (event.target.matches("textarea")) update(event.target);
});
document.querySelectorAll("textarea").forEach(update);
