from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from microblog_site.admin import BigTableAdmin


@admin.register(LogEntry)
class ModerationLogAdmin(BigTableAdmin):
    """What was done here, by whom and why. It grows by itself: nobody adds, changes or deletes an entry."""

    title = _("Moderation log")
    list_display = ["when", "who", "thing", "record"]
    list_display_links = None
    list_select_related = ["user", "content_type"]
    search_fields = ["id"]
    search_help_text = _("The user name of who did it, or of whom it was done to.")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        """Superusers read all of it, others what is about things they may see, and not about them or theirs."""
        entries = super().get_queryset(request)
        if request.user.is_superuser:
            return entries
        mine = self.admin_site.entries_about(request.user)
        return entries.filter(content_type__in=self.admin_site.types_seen_by(request)).exclude(mine)

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": self.title, **(extra_context or {})})

    def get_search_results(self, request, queryset, search_term):
        name = search_term.strip().removeprefix("@")
        if not name:
            return queryset, False
        people = list(get_user_model().objects.named(name))
        return queryset.filter(Q(user__in=people) | self.admin_site.entries_about(*people)), False

    @admin.display(description=_("when"))
    def when(self, entry):
        return entry.action_time

    @admin.display(description=_("who"))
    def who(self, entry):
        return entry.user

    @admin.display(description=_("what it is about"))
    def thing(self, entry):
        url = None if entry.is_deletion() else entry.get_admin_url()
        kind = entry.content_type.name if entry.content_type else ""
        return format_html('{} <a href="{}">{}</a>' if url else "{0} {2}", kind, url, entry.object_repr)

    @admin.display(description=_("what was done, and why"))
    def record(self, entry):
        return entry.get_change_message() or entry.get_action_flag_display()
