from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth import forms as auth_forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from microblog_site.admin import ModeratedAdmin, moderation_action

from .forms.fields import UsernameField
from .models import User

ACTIVITY = ["date_joined", "last_seen", "posts_count", "followers_count", "following_count"]


class UserCreationForm(auth_forms.AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["username", "email"]

    def clean_username(self):
        username = super().clean_username()
        if username and User.objects.is_taken(username):
            raise UsernameField.taken
        return username


class UserChangeForm(auth_forms.UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"


@admin.register(User)
class UserAdmin(ModeratedAdmin, auth_admin.UserAdmin):
    """People. Moderators see what everybody sees, and may suspend; superusers add and change the staff."""

    form = UserChangeForm
    add_form = UserCreationForm
    list_filter = ["is_active", "is_staff", "date_joined"]
    search_fields = ["username"]
    search_help_text = _("The beginning of a user name, a name or, for superusers, an e-mail address.")
    actions = ["suspend", "restore"]
    fieldsets = [
        (None, {"fields": ["username", "password", "email", "display_name", "about_me"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        (_("Activity"), {"fields": ACTIVITY}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "email", "usable_password", "password1", "password2"]})]
    public_fieldsets = [
        (None, {"fields": ["username", "display_name", "about_me", "is_active", "is_staff"]}),
        (_("Activity"), {"fields": ACTIVITY}),
    ]

    def has_delete_permission(self, request, obj=None):
        return False

    def sees_addresses(self, request):
        return self.has_change_permission(request)

    def get_list_display(self, request):
        address = ["email"] if self.sees_addresses(request) else []
        return [
            "username",
            "display_name",
            *address,
            "is_active",
            "is_staff",
            "posts_count",
            "date_joined",
            "last_seen",
        ]

    def get_fieldsets(self, request, obj=None):
        if obj and not self.has_change_permission(request):
            return self.public_fieldsets
        return super().get_fieldsets(request, obj)

    def get_readonly_fields(self, request, obj=None):
        # People choose their name themselves, and nobody is suspended without a reason.
        return ["username", "is_active", *ACTIVITY] if obj else []

    def get_search_results(self, request, queryset, search_term):
        beginning = search_term.strip().removeprefix("@")
        if not beginning:
            return queryset, False
        found = Q(username__istartswith=beginning) | Q(display_name__istartswith=beginning)
        if self.sees_addresses(request):
            found |= Q(email__istartswith=beginning)
        return queryset.filter(found), False

    @moderation_action(_("Suspend this person"), _("Suspend the chosen people"))
    def suspend(self, request, queryset):
        people = queryset.filter(is_active=True)
        return self.moderate(request, people, User.suspend, _("Suspend people"), _("Suspended: %(reason)s"))

    @moderation_action(_("Restore this person"), _("Restore the chosen people"))
    def restore(self, request, queryset):
        people = queryset.filter(is_active=False)
        return self.moderate(request, people, User.restore, _("Restore people"), _("Restored: %(reason)s"))
