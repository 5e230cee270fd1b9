from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class MessageStorage(CookieStorage):
    """Messages in a cookie that, over https, no other host of the domain can set."""

    @property
    def cookie_name(self):
        return "__Host-messages" if settings.HTTPS else super().cookie_name
