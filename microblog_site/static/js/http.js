// Requests to this site for a fragment of HTML instead of a page.

/** POST `body` to `url`; people who are no longer logged in are redirected to log-in. */
export async function post(url, body) {
  const response = await fetch(url, {
    method: "POST",
    body,
    headers: { "X-Requested-With": "XMLHttpRequest" },
  });
  if (response.status === 401) {
    location.assign(`/login/?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
  return response;
}

/** GET `url` as a script; throws on an error status. */
export async function get(url) {
  const response = await fetch(url, { headers: { "X-Requested-With": "XMLHttpRequest" } });
  if (!response.ok) throw new Error(response.statusText);
  return response;
}

/** The elements in a response's HTML. */
export async function fragments(response) {
  const template = document.createElement("template");
  template.innerHTML = await response.text();
  return [...template.content.children];
}
