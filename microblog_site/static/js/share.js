// Share a post through the device, else copy its address and say so.

import { show } from "./toast.js";

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a.act-share");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  try {
    if (navigator.share) await navigator.share({ url: link.href });
    else await copy(link.href);
  } catch (error) {
    if (error.name !== "AbortError") location.assign(link.href); // AbortError: the reader changed their mind
  }
});

async function copy(address) {
  await navigator.clipboard.writeText(address);
  show(document.getElementById("said").dataset.copied);
}
