from django.http import FileResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.access import post_only
from microblog_site.limits import limited
from posts import archive


@post_only("settings_account")
@limited("download")
@never_cache
def download(request):
    """All that the site keeps about the person who asks; nobody else can."""
    name = f"{request.user.username}-{timezone.localdate():%Y-%m-%d}.zip"
    return FileResponse(archive.make(request.user), as_attachment=True, filename=name, content_type="application/zip")
