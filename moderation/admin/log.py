from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin import PersonSearchMixin
from microblog_site.admin import BigTableAdmin, ReadOnlyMixin


@admin.register(LogEntry)
class ModerationLogAdmin(ReadOnlyMixin, PersonSearchMixin, BigTableAdmin):
    list_display = ["when", "who", "thing", "record"]
    list_display_links = None
    list_select_related = ["user", "content_type"]
    search_help_text = _("The user name of the moderator or of the person affected.")

    def get_queryset(self, request):
        """Superusers see all entries; others only those about objects they may view, except about themselves and their
        own.
        """
        entries = super().get_queryset(request)
        if request.user.is_superuser:
            return entries
        mine = self.admin_site.entries_about(request.user)
        return entries.filter(content_type__in=self.admin_site.types_seen_by(request)).exclude(mine)

    def menu_name(self, request):
        return _("Moderation log")

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": self.menu_name(request), **(extra_context or {})})

    def belonging_to(self, *people):
        return Q(user__in=people) | self.admin_site.entries_about(*people)

    @admin.display(description=_("when"))
    def when(self, entry):
        return entry.action_time

    @admin.display(description=_("who"))
    def who(self, entry):
        return entry.user

    @admin.display(description=_("subject"))
    def thing(self, entry):
        url = None if entry.is_deletion() else entry.get_admin_url()
        kind = entry.content_type.name if entry.content_type else ""
        return format_html('{} <a href="{}">{}</a>' if url else "{0} {2}", kind, url, entry.object_repr)

    @admin.display(description=_("action and reason"))
    def record(self, entry):
        return entry.get_change_message() or entry.get_action_flag_display()
