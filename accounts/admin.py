import unicodedata

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth import admin as auth_admin
from django.contrib.auth import forms as auth_forms
from django.contrib.auth.models import Group
from django.core.validators import DomainNameValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from microblog_site import security_log, text
from microblog_site.admin import BigTableAdmin

from .forms.fields import UsernameField
from .models import BlockedDomain, BlockedName, User
from .validators import ascii_domain

ROLES = {"is_staff", "is_superuser", "groups", "user_permissions"}
STATE = ["active", "suspended_at", "deletion_requested_at", "erased_at"]
ACTIVITY = ["date_joined", "last_seen", "posts_count", "followers_count", "following_count"]
READ_ONLY = [(_("Status"), {"fields": STATE}), (_("Activity"), {"fields": ACTIVITY})]


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

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "email" in self.fields:
            self.fields["email"].required = bool(self.instance.email)  # it may just have been lost to its owner

    def clean_display_name(self):
        return text.one_line(self.cleaned_data["display_name"])

    def clean(self):
        """Ask the owner to confirm a new address, even if an administrator entered it."""
        if "email" in self.changed_data:
            self.instance.email_confirmed_at = None
            self.instance.pending_email = ""
        return super().clean()


class NewPasswordForm(auth_forms.AdminPasswordChangeForm):
    def save(self):
        """Save as if the person did it: a pending change of address is dropped, because it needs the new password."""
        super().save(commit=False)
        self.user.pending_email = ""
        self.user.save(update_fields=["password", "pending_email"])
        return self.user


class StateFilter(admin.SimpleListFilter):
    """The few who cannot log in at the moment. Django would read every row to list the values of a computed column."""

    title = _("status")
    parameter_name = "state"
    columns = {"suspended": "suspended_at", "leaving": "deletion_requested_at"}

    def lookups(self, request, model_admin):
        return [("suspended", _("Suspended")), ("leaving", _("Leaving"))]

    def queryset(self, request, queryset):
        if column := self.columns.get(self.value()):
            return queryset.filter(**{"is_active": False, "erased_at": None, f"{column}__isnull": False})
        return queryset


def _has_rights(person):
    return person.is_staff or person.is_superuser


class UserAdmin(BigTableAdmin, auth_admin.UserAdmin):
    """Moderators see what everybody sees; superusers also add and change staff. See `moderation.admin.people`."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = NewPasswordForm
    list_filter = [StateFilter, "is_staff", "date_joined"]
    search_fields = ["username"]
    search_help_text = _("The start of a user name or name. Superusers can also search by e-mail address.")
    fieldsets = [
        (None, {"fields": ["username", "password", "email", "email_confirmed_at", "display_name", "about_me"]}),
        (_("Permissions"), {"fields": ["is_staff", "is_superuser", "groups", "user_permissions"]}),
        *READ_ONLY,
    ]
    add_fieldsets = [(None, {"fields": ["username", "email", "usable_password", "password1", "password2"]})]
    public_fieldsets = [(None, {"fields": ["username", "display_name", "about_me", "is_staff"]}), *READ_ONLY]

    @admin.display(description=_("active"), boolean=True)
    def active(self, person):
        """A method of its own, because Django would show the property as untranslated text."""
        return person.is_active

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        """Nobody edits an erased account, and only superusers the staff, whose password would give its rights."""
        may_edit = obj is None or not (obj.erased_at or (_has_rights(obj) and not request.user.is_superuser))
        return super().has_change_permission(request, obj) and may_edit

    def get_list_display(self, request):
        address = ["email"] if self.has_change_permission(request) else []
        return ["username", "display_name", *address, "active", "is_staff", "posts_count", "date_joined", "last_seen"]

    def get_fieldsets(self, request, obj=None):
        if obj and not self.has_change_permission(request, obj):
            return self.public_fieldsets
        return super().get_fieldsets(request, obj)

    def get_readonly_fields(self, request, obj=None):
        # People choose their own names, and nobody is suspended without a reason.
        roles = () if request.user.is_superuser else ROLES
        return ["username", "email_confirmed_at", *roles, *STATE, *ACTIVITY] if obj else []

    def get_search_results(self, request, queryset, search_term):
        queryset = queryset.filter(erased_at=None)
        beginning = search_term.strip().removeprefix("@")
        if not beginning:
            return queryset, False
        found = Q(username__lower__startswith=beginning.lower()) | Q(display_name__istartswith=beginning)
        if self.has_change_permission(request):
            found |= Q(email__lower__startswith=beginning.lower())
        return queryset.filter(found), False

    def save_model(self, request, obj, form, change):
        """Write only the changed columns: counters and state may have changed since the row was read."""
        columns = {field.name for field in obj._meta.concrete_fields} & {*form.changed_data}
        if "email" in columns:
            columns |= {"email_confirmed_at", "pending_email"}
        obj.save(update_fields=columns if change else None)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        person = form.instance
        if not change:
            security_log.note("account_created", request, person)
        elif "email" in form.changed_data:
            security_log.note("address_claimed", request, person)
        if ROLES & {*form.changed_data}:
            groups = [*person.groups.values_list("name", flat=True)]
            rights = [*person.user_permissions.values_list("codename", flat=True)]
            roles = {"staff": person.is_staff, "administrator": person.is_superuser, "groups": groups, "rights": rights}
            security_log.note("role_change", request, person, **roles)

    def user_change_password(self, request, id, form_url=""):  # noqa: A002, the name in Django's URL
        """As Django's view; a new password also logs the person out everywhere."""
        before = self.get_object(request, unquote(id))
        response = super().user_change_password(request, id, form_url)
        if self.get_object(request, unquote(id)).password != before.password:  # Django redirects in other cases too
            before.end_sessions(keep=request.session.session_key)
            security_log.note("password_change", request, before)
        return response


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(auth_admin.GroupAdmin):
    """Only for superusers: others could give themselves any right."""

    def has_change_permission(self, request, obj=None):
        return request.user.is_superuser

    has_add_permission = has_delete_permission = has_change_permission

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        rights = [*form.instance.permissions.values_list("codename", flat=True)]
        security_log.note("group_change", request, group=form.instance.name, rights=rights)

    def log_deletions(self, request, queryset):
        for group in queryset:
            security_log.note("group_deleted", request, group=group.name)
        return super().log_deletions(request, queryset)


class PersonSearchMixin:
    """Search by a number or a whole user name; `belonging_to(*people)` turns the people found into a condition."""

    search_fields = ["id"]  # makes Django show the search box
    search_numbers = {}  # lookup of a number → pattern that contains it

    def get_search_results(self, request, queryset, search_term):
        term = search_term.strip()
        if not term:
            return queryset, False
        for lookup, pattern in self.search_numbers.items():
            if found := pattern.fullmatch(term):
                return queryset.filter(**{lookup: found[1]}), False
        return queryset.filter(self.belonging_to(*User.objects.named(term.removeprefix("@")))), False


class BlockedDomainForm(forms.ModelForm):
    def clean_domain(self):
        """Accept *.evil.example and @evil.example too."""
        domain = ascii_domain(self.cleaned_data["domain"].strip().lstrip("*.@"))
        DomainNameValidator()(domain)
        return domain


class BlockedNameForm(forms.ModelForm):
    def clean_word(self):
        return unicodedata.normalize("NFKC", self.cleaned_data["word"]).lower()


class BlockedAdmin(BigTableAdmin):
    def get_search_results(self, request, queryset, search_term):
        """What is stored is in lower case; the database's own conversion depends on its locale."""
        return super().get_search_results(request, queryset, search_term.lower())


admin.site.register(BlockedDomain, BlockedAdmin, form=BlockedDomainForm, search_fields=["domain"])
admin.site.register(BlockedName, BlockedAdmin, form=BlockedNameForm, search_fields=["word"])
