"""Static files under names that hold a hash of their content, so that browsers may keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Each file is kept plain, gzipped and in Brotli; modules import each other by the hashed names."""

    support_js_module_import_aggregation = True
