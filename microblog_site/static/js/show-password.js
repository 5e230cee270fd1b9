// A button beside each password that shows what is typed, until the form is sent.

for (const button of document.querySelectorAll(".password > button")) {
  const field = document.getElementById(button.getAttribute("aria-controls"));
  const show = (isShown) => {
    field.type = isShown ? "text" : "password";
    button.ariaPressed = isShown;
  };
  button.hidden = false;
  button.addEventListener("click", () => show(field.type === "password"));
  // Browsers keep for later what is typed into a field for text.
  field.form.addEventListener("submit", () => show(false));
}
