"""Static files under names that hold a hash of their content, so that browsers may keep them for ever."""

from functools import cached_property

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# The site's own style, from what holds everywhere to single pages: of two rules of equal weight the later one wins.
COMPONENTS = [
    "css/tokens.css",
    "css/base.css",
    "css/forms.css",
    "css/shell.css",
    "css/navigation.css",
    "css/people.css",
    "css/post.css",
    "css/composer.css",
    "css/settings.css",
    "css/pages.css",
]

# What is served, and its parts in this order; `{% stylesheets %}` links to the one for the language's direction.
STYLESHEETS = {
    "style.css": ["vendor/bootstrap/bootstrap.min.css", *COMPONENTS],
    "style.rtl.css": ["vendor/bootstrap/bootstrap.rtl.min.css", *COMPONENTS],
}


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Each file is kept plain, gzipped and in Brotli; modules import each other by the hashed names.

    The parts of a stylesheet become one file, so that a browser asks but once.
    """

    support_js_module_import_aggregation = True

    def url(self, name, force=False):
        """As Django's, but found once: a page names the same few files many times."""
        if name not in self._urls:
            self._urls[name] = super().url(name, force)
        return self._urls[name]

    @cached_property
    def _urls(self):
        return {}

    def post_process(self, paths, dry_run=False, **options):
        if not dry_run:
            paths = self._joined(paths)
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _joined(self, paths):
        """The files to serve: with the stylesheets, and without their parts, which nobody asks for."""
        joined = InMemoryStorage()
        for sheet, parts in STYLESHEETS.items():
            joined.save(sheet, ContentFile(b"".join(map(content, map(paths.get, parts)))))
        parts = {part for parts in STYLESHEETS.values() for part in parts}
        self.delete_files(parts)
        others = {name: place for name, place in paths.items() if name not in parts}
        return others | {sheet: (joined, sheet) for sheet in STYLESHEETS}


def content(place):
    storage, path = place
    with storage.open(path) as file:
        return file.read()
