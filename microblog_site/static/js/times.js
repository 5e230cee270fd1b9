// Show times in the reader's time zone, else in the device's, which is sent to the server in a cookie; and never what
// has happened as still to come.

const { timeZone } = document.documentElement.dataset;
// <relative-time> looks for `time-zone` on its ancestors; valid HTML from the server can only have it as data.
if (timeZone) document.documentElement.setAttribute("time-zone", timeZone);

const YEAR = 60 * 60 * 24 * 365;
const kept = `time_zone=${Intl.DateTimeFormat().resolvedOptions().timeZone}`;
if (!document.cookie.split("; ").includes(kept)) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${kept}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
}

// To a clock that is slow, a new post would be one "in 6 minutes".
document.addEventListener("relative-time-updated", ({ target }) => {
  if (!target.hasAttribute("tense") && target.date > Date.now()) target.tense = "past";
});
