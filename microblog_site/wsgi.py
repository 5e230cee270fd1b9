import os

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application

from .env import check_secret_key, env, exit_on_mistakes

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "microblog_site.settings")


class Request(WSGIRequest):
    """Decodes everything sent as UTF-8, which the site's pages specify.

    A `charset` from the client might not be a text encoding at all, or one that no database accepts.
    """

    encoding = property(lambda self: "utf-8", lambda self, charset: None)


with exit_on_mistakes():
    if not settings.DEBUG:
        check_secret_key(env.str("SECRET_KEY"))
    application = get_wsgi_application()
application.request_class = Request
