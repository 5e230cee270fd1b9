"""What services translated, how much was asked of them, and which are left alone."""

import re

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from microblog_site.admin import EVERYWHERE, BigTableAdmin
from posts.models import Provider, ProviderDay, Translation

POST_ID = re.compile(r"(?:.*/)?(\d{1,18})/?")  # alone, or at the end of a link


class KeptByTheSite:
    """Rows that the site writes by itself: nobody adds or changes them by hand."""

    @admin.display(description=_("service"))
    def service(self, row):
        return row.service_title

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Translation)
class TranslationAdmin(KeptByTheSite, BigTableAdmin):
    """Whoever deletes one has the post translated anew when the next reader asks."""

    list_display = ["id", "post", "language", "excerpt", "source", "service", "made_at"]
    list_select_related = ["post"]
    search_fields = ["id"]
    search_help_text = _("The number or link of a post, or the user name of its author.")
    fields = ["post", "language", "body", "source", "service", "made_at"]

    def get_search_results(self, request, queryset, search_term):
        term = search_term.strip()
        if not term:
            return queryset, False
        if number := POST_ID.fullmatch(term):
            return queryset.filter(post=number[1]), False
        authors = get_user_model().objects.named(term.removeprefix("@"))
        return queryset.filter(post__author__in=list(authors)), False

    @admin.display(description=_("text"))
    def excerpt(self, translation):
        return translation.excerpt


@admin.register(ProviderDay)
class ProviderDayAdmin(KeptByTheSite, BigTableAdmin):
    list_display = ["day", "service", "requests", "failures", "characters"]
    list_display_links = None
    ordering = ["-day", "provider"]

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Provider)
class ProviderAdmin(KeptByTheSite, admin.ModelAdmin):
    list_display = ["service", "left_alone_until", "failures"]
    fields = ["service", "left_alone_until", "failures"]
    actions = ["resume"]

    def has_delete_permission(self, request, obj=None):
        return False

    def has_resume_permission(self, request):
        return request.user.has_perm("posts.change_provider")

    @admin.display(description=_("left alone until"))
    def left_alone_until(self, provider):
        return provider.paused_until if provider.seconds_left else self.get_empty_value_display()

    @admin.action(description=_("Try again now"), permissions=["resume"], location=EVERYWHERE)
    def resume(self, request, queryset):
        chosen = list(queryset)
        queryset.resume()
        LogEntry.objects.log_actions(request.user.pk, chosen, CHANGE, gettext("Asked again before its time"))
        done = ngettext("This service is asked again now.", "These services are asked again now.", len(chosen))
        self.message_user(request, done, messages.SUCCESS)
