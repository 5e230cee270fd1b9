// Several texts in a composer, which become a thread: add and remove them without asking the server.

const MOST = 10; // as in posts/forms/post.py

/** Add an empty text to `form`, with the focus; undefined if there are too many. */
export function add(form) {
  const texts = form.querySelectorAll(".composer-text");
  if (texts.length >= MOST) return undefined;
  const next = texts[0].cloneNode(true);
  const field = next.querySelector("textarea");
  next.querySelector(".invalid-feedback")?.remove();
  for (const name of ["aria-invalid", "aria-describedby", "required"]) field.removeAttribute(name);
  field.classList.remove("is-invalid");
  field.placeholder = form.elements.add.dataset.question;
  field.value = "";
  [...texts].at(-1).after(next);
  changed(form, field);
  return field;
}

/** Remove all texts of `form` but the first. */
export function only(form) {
  for (const text of form.querySelectorAll(".composer-text + .composer-text")) text.remove();
  if (form.elements.add) form.elements.add.hidden = false;
}

function remove(text) {
  const form = text.closest("form");
  const before = text.previousElementSibling.querySelector("textarea");
  text.remove();
  changed(form, before);
}

/** Number the texts of `form`, and go to `field`; an `input` event tells whoever keeps or counts what is typed. */
function changed(form, field) {
  const [first, ...further] = form.querySelectorAll(".composer-text");
  const { id, labels } = first.querySelector("textarea");
  const label = labels[0].textContent;
  further.forEach((text, index) => {
    const suffix = `_${index + 2}`;
    const area = text.querySelector("textarea");
    area.name = `body${suffix}`;
    area.id = id + suffix;
    text.querySelector("label").htmlFor = text.querySelector("output").htmlFor = area.id;
    text.querySelector("label").textContent = `${label} (${index + 2})`;
  });
  form.elements.add.hidden = further.length + 1 >= MOST;
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const add_ = event.target.closest(".composer [name=add]");
  const button = event.target.closest(".composer-remove");
  if (add_) {
    event.preventDefault();
    add(add_.form);
  } else if (button) remove(button.closest(".composer-text"));
});

document.addEventListener("keydown", (event) => {
  const text = event.target.closest?.(".composer-text + .composer-text");
  if (!text || event.key !== "Backspace" || event.target.value) return;
  event.preventDefault();
  remove(text);
});
