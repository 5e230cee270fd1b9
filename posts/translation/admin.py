"""What services translated, how much they were used, and which are paused."""

import re

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.admin import PersonSearchMixin
from microblog_site.admin import EVERYWHERE, BigTableAdmin, ReadOnlyMixin
from posts.models import Provider, ProviderDay, Translation
from posts.translation import services

POST_ID = re.compile(r"(?:.*/)?(\d{1,18})/?")  # alone, or at the end of a URL


class ServiceMixin(ReadOnlyMixin):
    @admin.display(description=_("service"))
    def service(self, row):
        return services.title(row.name if isinstance(row, Provider) else row.provider)


@admin.register(Translation)
class TranslationAdmin(ServiceMixin, PersonSearchMixin, BigTableAdmin):
    """After deleting one, the post is translated again for the next reader who asks."""

    can_be_deleted = True
    list_display = ["id", "post", "language", "excerpt", "source", "service", "made_at"]
    list_select_related = ["post"]
    search_numbers = {"post": POST_ID}
    search_help_text = _("A post's number or link, or its author's user name.")
    fields = ["post", "language", "body", "source", "service", "made_at"]

    def get_queryset(self, request):
        """Without those of posts for followers, which moderators read only where they are reported."""
        return super().get_queryset(request).filter(post__owner=None)

    def belonging_to(self, *people):
        return Q(post__author__in=people)

    @admin.display(description=_("text"))
    def excerpt(self, translation):
        return translation.body if len(translation.body) <= 60 else f"{translation.body[:59]}…"


@admin.register(ProviderDay)
class ProviderDayAdmin(ServiceMixin, BigTableAdmin):
    list_display = ["day", "service", "requests", "failures", "characters"]
    list_display_links = None
    ordering = ["-day", "provider"]


@admin.register(Provider)
class ProviderAdmin(ServiceMixin, admin.ModelAdmin):
    list_display = ["service", "left_alone_until", "failures"]
    fields = ["service", "left_alone_until", "failures"]
    actions = ["resume"]

    def get_object(self, request, object_id, from_field=None):
        # PostgreSQL holds no NUL in text.
        return None if "\0" in object_id else super().get_object(request, object_id, from_field)

    def has_resume_permission(self, request):
        return request.user.has_perm("posts.change_provider")

    @admin.display(description=_("paused until"))
    def left_alone_until(self, provider):
        return provider.paused_until if provider.seconds_left else self.get_empty_value_display()

    @admin.action(description=_("Try again now"), permissions=["resume"], location=EVERYWHERE)
    def resume(self, request, queryset):
        chosen = list(queryset.filter(paused_until__gt=timezone.now()))
        if not chosen:
            self.message_user(request, _("Nothing to do: none of the selected services is paused."), messages.WARNING)
            return
        queryset.resume()
        LogEntry.objects.log_actions(request.user.pk, chosen, CHANGE, gettext("Service resumed early"))
        done = ngettext("This service is in use again.", "These services are in use again.", len(chosen))
        self.message_user(request, done, messages.SUCCESS)
