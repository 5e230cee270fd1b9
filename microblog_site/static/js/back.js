// Load a page again that Back or Forward shows as the browser kept it, if nobody or somebody else is logged in by now; at
// log-out, nothing that was typed stays on the device (drafts.js).

import { keys, remove } from "./on-device.js";

const person = document.documentElement.dataset.person;

addEventListener("submit", ({ submitter }) => {
  if (submitter?.formAction.endsWith("/logout/")) {
    sessionStorage.setItem("person", ""); // Back may be pressed before the next page has its scripts
    for (const key of [...keys(`draft ${person} `), `toast of ${person}`]) remove(key);
  }
});

addEventListener("pageshow", (event) => {
  if (!event.persisted) {
    sessionStorage.setItem("person", person);
  } else if (sessionStorage.getItem("person") !== person) {
    document.body.hidden = true;
    location.reload();
  }
});
