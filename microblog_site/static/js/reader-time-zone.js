// Show times in the zone that the reader chose, else in that of the device, which a cookie tells the server.

const { timeZone } = document.documentElement.dataset;
// <relative-time> asks its ancestors for a `time-zone`; HTML as it is served may hold that only as data.
if (timeZone) document.documentElement.setAttribute("time-zone", timeZone);

const YEAR = 60 * 60 * 24 * 365;
const kept = `time_zone=${Intl.DateTimeFormat().resolvedOptions().timeZone}`;
if (!document.cookie.split("; ").includes(kept)) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${kept}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
}
