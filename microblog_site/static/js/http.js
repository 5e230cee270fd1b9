// Requests that ask this site for a fragment of HTML instead of a page.

/** POST `body` to `url`; somebody who is no longer logged in is led to log in. */
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

/** What stands at `url`, as a script is given it; throws where that is an error. */
export async function get(url) {
  const response = await fetch(url, { headers: { "X-Requested-With": "XMLHttpRequest" } });
  if (!response.ok) throw new Error(response.statusText);
  return response;
}

/** The elements in an answer's HTML. */
export async function fragments(response) {
  const template = document.createElement("template");
  template.innerHTML = await response.text();
  return [...template.content.children];
}
