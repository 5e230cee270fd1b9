// Load a page again that Back or Forward shows as the browser kept it, if nobody or somebody else is logged in by now; at
// log-out, nothing that was typed stays on the device (drafts.js).

const person = document.documentElement.dataset.person;

addEventListener("submit", ({ submitter }) => {
  if (submitter?.formAction.endsWith("/logout/")) {
    sessionStorage.setItem("person", ""); // Back may be pressed before the next page has its scripts
    const drafts = Object.keys(localStorage).filter((key) => key.startsWith(`draft ${person} `));
    for (const key of drafts) localStorage.removeItem(key);
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
