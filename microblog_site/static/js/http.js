// Requests to this site for a fragment of HTML instead of a page.

const TOKEN = "csrfmiddlewaretoken";
const SCRIPT = { "X-Requested-With": "XMLHttpRequest" };

/**
 * POST the form data `body` to `url`; people who are no longer logged in are led to log-in and from there to `next`. A
 * form from before the last log-in is sent again, with a new token.
 */
export async function post(url, body, { next = location.pathname + location.search, signal } = {}) {
  const send = () => fetch(url, { method: "POST", body, headers: SCRIPT, signal });
  const { person } = document.documentElement.dataset;
  let response = await send();
  if (response.status === 403) {
    const page = await somePage(signal);
    const isSame = page.dataset.person === person;
    if (isSame && renewToken(body, page)) response = await send();
    else if (!isSame && page.dataset.person === "") response = new Response(null, { status: 401 });
  }
  if (response.status === 401) location.assign(`/login/?next=${encodeURIComponent(next)}`);
  return response;
}

/** The <html> of a page, which says who is logged in by now, and has a token of theirs. */
async function somePage(signal) {
  const html = await (await fetch("/compose/", { signal })).text();
  return new DOMParser().parseFromString(html, "text/html").documentElement;
}

function renewToken(body, page) {
  const token = page.querySelector(`[name=${TOKEN}]`)?.value;
  if (!token || !body.has(TOKEN)) return false;
  body.set(TOKEN, token);
  for (const field of document.querySelectorAll(`[name=${TOKEN}]`)) field.value = token;
  return true;
}

/** GET `url` as a script; throws on an error status. */
export async function get(url) {
  const response = await fetch(url, { headers: SCRIPT });
  if (!response.ok) throw new Error(response.statusText);
  return response;
}

/** The elements in a response's HTML. */
export async function fragments(response) {
  const template = document.createElement("template");
  template.innerHTML = await response.text();
  return [...template.content.children];
}
