// Preview the chosen picture before it is uploaded.

document.querySelector("input[type=file][name=avatar]")?.addEventListener("change", ({ target }) => {
  const [file] = target.files;
  const current = document.querySelector(".avatar-field .avatar");
  if (!file || !file.type.startsWith("image/")) return;
  const preview = new Image(128, 128);
  preview.alt = "";
  preview.className = "avatar avatar-lg";
  const reader = new FileReader();
  reader.addEventListener("load", () => {
    preview.src = reader.result;
    current.replaceWith(preview);
  });
  reader.readAsDataURL(file);
});
