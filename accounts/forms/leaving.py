from django.utils.translation import gettext_lazy as _

from .fields import ConfirmedByPassword


class LeavingForm(ConfirmedByPassword):
    def __init__(self, person, *args, **kwargs):
        self.person = person
        super().__init__(*args, **kwargs)

    def save(self):
        """Whether the person leaves: not who alone runs the site, which the form then says."""
        leaves = self.person.leave()
        if not leaves:
            self.add_error(
                None, _("You are the only administrator of this site. Make somebody else one before you leave.")
            )
        return leaves
