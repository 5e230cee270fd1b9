from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from microblog_site.admin import BigTableAdmin
from social.models import Follow


@admin.register(Follow)
class FollowAdmin(BigTableAdmin):
    list_display = ["id", "follower", "followed", "created_at"]
    list_select_related = ["follower", "followed"]
    search_fields = ["id"]
    search_help_text = _("The user name of one of the two.")
    fields = ["follower", "followed", "created_at"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def get_search_results(self, request, queryset, search_term):
        name = search_term.strip().removeprefix("@")
        if not name:
            return queryset, False
        people = list(get_user_model().objects.named(name))
        return queryset.filter(Q(follower__in=people) | Q(followed__in=people)), False
