// <relative-time> asks its ancestors for a `time-zone`; HTML as it is served may hold that only as data.

const { timeZone } = document.documentElement.dataset;
if (timeZone) document.documentElement.setAttribute("time-zone", timeZone);
