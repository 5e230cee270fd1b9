from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts import two_factor
from accounts.admin import UserAdmin
from accounts.models import Authenticator, Session, User
from microblog_site.admin import EVERYWHERE

from .moderated import ModeratedAdmin, moderation_action


@admin.register(User)
class PersonAdmin(ModeratedAdmin, UserAdmin):
    actions = ["suspend", "restore", "end_sessions", "remove_two_factor"]

    @moderation_action(_("Suspend this person"), _("Suspend selected people"))
    def suspend(self, request, queryset):
        people = queryset.filter(suspended_at=None, erased_at=None)
        return self.moderate(request, people, User.suspend, _("Suspend people"), _("Suspended: %(reason)s"))

    @moderation_action(_("Restore this person"), _("Restore selected people"))
    def restore(self, request, queryset):
        people = queryset.filter(suspended_at__isnull=False, erased_at=None)
        return self.moderate(request, people, User.restore, _("Restore people"), _("Restored: %(reason)s"))

    @moderation_action(_("Log this person out everywhere"), _("Log selected people out everywhere"))
    def end_sessions(self, request, queryset):
        people = queryset.filter(pk__in=Session.objects.live().values("user"))
        title, record = _("Log people out everywhere"), _("Logged out everywhere: %(reason)s")
        return self.moderate(request, people, User.end_sessions, title, record)

    @admin.action(description=_("Remove two-step log-in"), permissions=["change"], location=EVERYWHERE)
    def remove_two_factor(self, request, queryset):
        people = queryset.filter(pk__in=Authenticator.objects.values("user"))
        return self.moderate(
            request, people, two_factor.remove, _("Remove two-step log-in"), _("Two-step log-in removed: %(reason)s")
        )
