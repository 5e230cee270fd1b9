from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import emails
from accounts.forms.fields import ConfirmedByPassword

from .deletion import LastAdministrator


class DeletionForm(ConfirmedByPassword):
    @transaction.atomic
    def save(self):
        """Return whether the account will be deleted. If not, the form says that the only administrator has to stay."""
        try:
            if self.person.request_deletion():
                emails.send_deletion_requested.enqueue(self.person.pk, get_language())
        except LastAdministrator:
            self.add_error(
                None, _("You're the only administrator of this site. Make somebody else one before you leave.")
            )
            return False
        return True
