"""Which language a post is written in."""


def detect(body):
    return ""
