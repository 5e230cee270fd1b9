"""Static files under names that hold a hash of their content, so that browsers may keep them for ever."""

from functools import cached_property

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Each file is kept plain, gzipped and in Brotli; modules import each other by the hashed names."""

    support_js_module_import_aggregation = True

    def url(self, name, force=False):
        """As Django's, but found once: a page names the same few files many times."""
        if name not in self._urls:
            self._urls[name] = super().url(name, force)
        return self._urls[name]

    @cached_property
    def _urls(self):
        return {}
