"""The site as a list of URLs, for rules that apply to all of them."""

from django.urls import URLPattern, get_resolver, reverse

QUERIES = {"report": "?post={pk}", "compose": "?in_reply_to={pk}"}


def url_names():
    """The names of all URLs except those of the admin."""
    return sorted(_names(get_resolver().url_patterns))


def _names(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name
        elif pattern.app_name != "admin":
            yield from _names(pattern.url_patterns)


def url_of(name, post):
    """The URL with this name about `post` or its author."""
    known = {
        "username": post.author.username,
        "pk": post.pk,
        "name": "no-such-file.webp",
        "uidb64": "MQ",
        "token": "no-such-token",
    }
    wanted = get_resolver().reverse_dict[name][0][0][1]
    query = QUERIES.get(name, "").format(**known)
    return reverse(name, kwargs={argument: known[argument] for argument in wanted}) + query


def pages(client, post):
    """The path of every page that `client` can read, with `post` and its author as examples."""
    paths = [url_of(name, post) for name in url_names()]
    return [path for path in paths if is_page(client.get(path))]


def is_page(response):
    return response.status_code == 200 and response.headers["Content-Type"].startswith("text/html")
