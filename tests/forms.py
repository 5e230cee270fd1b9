"""Sending forms as a browser does: with the hidden fields of the page they are on."""

import copy
import re

from django.conf import settings
from django.test import Client

from accounts.models import Session

HIDDEN = re.compile(
    r'<input type="hidden" name="(csrfmiddlewaretoken|submission|in_reply_to|quote|draft)" value="([^"]*)"'
)
FROM_THIS_SITE = {"Sec-Fetch-Site": "same-origin"}


class Browser(Client):
    """Checks tokens, and says that its forms come from this site."""

    def __init__(self, person=None, **headers):
        super().__init__(enforce_csrf_checks=True, headers=headers or FROM_THIS_SITE)
        if person:
            self.force_login(person)

    def open(self, path):
        """The hidden fields of the page at `path`, as its last form has them."""
        return dict(HIDDEN.findall(self.get(path, follow=True).content.decode()))

    def twin(self):
        """The same browser, with the cookies it has now: what it sends before an answer to something else arrives."""
        other = copy.copy(self)
        other.cookies = copy.deepcopy(self.cookies)
        return other

    def sees(self):
        """Which session its cookie names, and whose it is; without making one, as `session` would."""
        cookie = self.cookies.get(settings.SESSION_COOKIE_NAME)
        return Session.objects.filter(pk=cookie and cookie.value).values_list("pk", "user").first()

    def is_logged_in(self):
        session = self.sees()
        return bool(session and session[1])
