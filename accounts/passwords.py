"""Which passwords nobody may choose (the setting `AUTH_PASSWORD_VALIDATORS`)."""

import hashlib
import logging
import re
from difflib import SequenceMatcher

from django.conf import settings
from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from microblog_site import http_client

PREFIX = 5  # hex digits of the hash that the service gets to see
CONNECT_TIMEOUT, READ_TIMEOUT, DEADLINE = 1, 2, 2  # seconds
MAX_BYTES = 1024 * 1024

logger = logging.getLogger(__name__)


class SimilarityValidator(UserAttributeSimilarityValidator):
    """Refuses what resembles the person's name or address, or the name or host of the site."""

    def __init__(self):
        super().__init__(["username", "email", "display_name"])

    @sensitive_variables("password", "typed")
    def validate(self, password, user=None):
        super().validate(password, user)
        typed = password.lower()
        names = [settings.SITE_NAME.lower(), settings.SITE_HOST.lower()]
        for name in [*names, *re.split(r"\W+", " ".join(names))]:
            if SequenceMatcher(a=typed, b=name).ratio() >= self.max_similarity:
                raise ValidationError(_("This password is too similar to the name of this site."), code="site")


class BreachedValidator:
    """Refuses passwords known from data breaches, if `BREACHED_PASSWORDS_URL` names a service that knows them.

    The service gets the beginning of a hash, which fits hundreds of passwords, and answers with all that begin so
    (https://haveibeenpwned.com/API/v3#PwnedPasswords). If it does not answer, the password is accepted.
    """

    @sensitive_variables("password", "digest")
    def validate(self, password, user=None):
        digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
        if settings.BREACHED_PASSWORDS_URL and _is_known(digest):
            raise ValidationError(
                _("This password has been in a data breach, so others may try it. Choose another one."), code="breached"
            )

    def get_help_text(self):
        return ""


@sensitive_variables("digest", "answer")
def _is_known(digest):
    try:
        answer = http_client.request(
            "GET",
            f"{settings.BREACHED_PASSWORDS_URL.rstrip('/')}/{digest[:PREFIX]}",
            headers={"Add-Padding": "true"},  # or the length of the answer would tell which prefix it was
            seconds=DEADLINE,
            timeouts=(CONNECT_TIMEOUT, READ_TIMEOUT),
            max_bytes=MAX_BYTES,
        )
    except http_client.Unreachable as error:
        logger.warning("BREACHED_PASSWORDS_URL does not answer: %s", error)
        return False
    # Each line is the rest of a hash and how often it was found: 0 for those that only pad the answer.
    return answer.status == 200 and re.search(rf"(?mi)^{digest[PREFIX:]}:0*[1-9]", answer.body.decode("latin-1"))
