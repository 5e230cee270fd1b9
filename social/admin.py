from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.admin import PersonSearchMixin
from microblog_site.admin import BigTableAdmin, ReadOnlyMixin
from social.models import Follow


@admin.register(Follow)
class FollowAdmin(ReadOnlyMixin, PersonSearchMixin, BigTableAdmin):
    can_be_deleted = True
    list_display = ["id", "follower", "followed", "created_at"]
    list_select_related = ["follower", "followed"]
    search_help_text = _("The user name of either person.")
    fields = ["follower", "followed", "created_at"]

    def belonging_to(self, *people):
        return Q(follower__in=people) | Q(followed__in=people)
