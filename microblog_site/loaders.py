import re

from django.template.loaders import filesystem

INDENTED_TAG = re.compile(r"^[ \t]+(?=\{[%#])", re.MULTILINE)


class Loader(filesystem.Loader):
    """Takes away the blanks before a tag that begins a line: pages are smaller and have no lines of blanks alone."""

    def get_contents(self, origin):
        return INDENTED_TAG.sub("", super().get_contents(origin))
