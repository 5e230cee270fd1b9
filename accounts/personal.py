"""This app's personal data (`accounts.personal_data`)."""

from django.conf import settings
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from . import avatars, two_factor
from .forms.settings import PreferencesForm
from .models import EmailChange, FormerUsername, Session, User
from .personal_data.register import Kept, PersonalData, register


@register(User, "pk")
class Account(Kept):
    """The row itself stays, anonymized (`erasure.anonymize`)."""

    def export(self, person):
        profile = {
            "url": settings.SITE_URL + person.get_absolute_url(),
            "display_name": person.display_name,
            "about_me": person.about_me,
            "images": [*self.files(person)],
        }
        preferences = {name: getattr(person, name) for name in [*PreferencesForm.Meta.fields, "written_languages"]}
        return {"account": _account(person), "profile": profile, "preferences": preferences}

    def files(self, person):
        return {f"images/avatar-{size}.webp": content for size, content in avatars.contents(person.avatar).items()}


def _account(person):
    return {
        "id": person.pk,
        "username": person.username,
        "email": person.email,
        "email_confirmed_at": person.email_confirmed_at,
        "new_email": person.pending_email,
        "joined_at": person.date_joined,
        "last_seen_at": person.last_seen,
        "two_step_log_in": two_factor.is_on(person),
        "is_staff": person.is_staff,
        "is_administrator": person.is_superuser,
    }


@register(Session, "user")
class Sessions(PersonalData):
    name = "sessions"
    columns = {name: name for name in ("browser", "address", "started_at", "last_used_at")}
    goes_with_identity = True

    def exported(self, person):
        return person.sessions.live()


@register(FormerUsername, "user")
class FormerUsernames(Kept):
    """They stay until their reservation ends, so that nobody takes the name of somebody who has just left."""

    name = "former_usernames"
    columns = {"username": "username", "given_up_at": "given_up_at"}


@register(EmailChange, "user")
class FormerEmails(PersonalData):
    name = "former_emails"
    columns = {"email": "former", "changed_at": "changed_at"}
    goes_with_identity = True


@register(TOTPDevice, "user")
@register(StaticDevice, "user")
@register(User.groups.through, "user")
@register(User.user_permissions.through, "user")
class WayIn(PersonalData):
    """Credentials and permissions, which do not belong in an archive."""

    goes_with_identity = True
