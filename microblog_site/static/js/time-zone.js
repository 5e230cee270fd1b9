// A button that selects the device's time zone.

for (const button of document.querySelectorAll("[data-time-zone-for]")) {
  const field = document.getElementById(button.dataset.timeZoneFor);
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (field instanceof HTMLSelectElement && ![...field.options].some(({ value }) => value === here)) continue;
  button.parentElement.hidden = false;
  button.addEventListener("click", () => {
    field.value = here;
  });
}
