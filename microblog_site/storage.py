"""Where files are stored: static files under a hash of their content, so that browsers may cache them for good, and
what people upload whole or not at all.
"""

import os
from functools import cached_property
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, InMemoryStorage
from rjsmin import jsmin
from whitenoise.storage import CompressedManifestStaticFilesStorage

# The site's own style sheets, from general to specific: of two rules with equal specificity the later one wins.
COMPONENTS = [
    "css/tokens.css",
    "css/base.css",
    "css/forms.css",
    "css/shell.css",
    "css/navigation.css",
    "css/menus.css",
    "css/people.css",
    "css/post.css",
    "css/actions.css",
    "css/toast.css",
    "css/thread.css",
    "css/composer.css",
    "css/dialog.css",
    "css/settings.css",
    "css/pages.css",
]

# The files served, and their parts in order; `{% stylesheets %}` links to the one for the language's direction.
STYLESHEETS = {
    "style.css": ["vendor/bootstrap/bootstrap.min.css", *COMPONENTS],
    "style.rtl.css": ["vendor/bootstrap/bootstrap.rtl.min.css", *COMPONENTS],
}


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Stores each file plain, gzipped and in Brotli; modules import each other by hashed name.

    The parts of a style sheet are joined into one file, to save requests; scripts go without comments.
    """

    support_js_module_import_aggregation = True

    def url(self, name, force=False):
        """As Django's, but cached: a page uses the same few files many times."""
        if name not in self._urls:
            self._urls[name] = super().url(name, force)
        return self._urls[name]

    @cached_property
    def _urls(self):
        return {}

    def post_process(self, paths, dry_run=False, **options):
        if not dry_run:
            paths = self._made(paths)
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _made(self, paths):
        """The files to serve: style sheets joined, without their parts; scripts of the site without comments."""
        made = InMemoryStorage()
        for sheet, parts in STYLESHEETS.items():
            made.save(sheet, ContentFile(b"".join(map(content, map(paths.get, parts)))))
        scripts = [name for name in paths if name.startswith("js/")]
        for name in scripts:
            made.save(name, ContentFile(jsmin(content(paths[name]).decode())))
        parts = {part for parts in STYLESHEETS.values() for part in parts}
        self.delete_files(parts)
        others = {name: place for name, place in paths.items() if name not in parts}
        return others | {name: (made, name) for name in (*STYLESHEETS, *scripts)}


class MediaStorage(FileSystemStorage):
    """A file appears under its name when all of it is on the disk, so that a full disk leaves no half of one."""

    def _save(self, name, content):
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=target.parent, prefix=".", delete=False) as file:
            try:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
                os.chmod(file.name, self.file_permissions_mode)
                os.replace(file.name, target)
            except BaseException:
                Path(file.name).unlink()
                raise
        return name


def content(place):
    storage, path = place
    with storage.open(path) as file:
        return file.read()
