"""Posts as HTML: links and mentions, made once when a post is written."""


def render(body):
    return body
