from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import ActionLocation, get_content_type_for_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from microblog_site import security_log
from microblog_site.admin import EVERYWHERE, BigTableAdmin
from microblog_site.paging import row_id

FROM_CHANGE_PAGE = f"{ActionLocation.CHANGE_FORM.value}-action"
SKIPPED = _("Some were skipped: there was nothing to change, or they belong to you or a staff member.")


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Recorded in the moderation log, which moderators can see."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    )


def action_field(request):
    return FROM_CHANGE_PAGE if FROM_CHANGE_PAGE in request.POST else "action"


def moderation_action(description, description_plural):
    return admin.action(
        description=description, description_plural=description_plural, permissions=["moderate"], location=EVERYWHERE
    )


class ModeratedAdmin(BigTableAdmin):
    """What moderators act on: an extra page asks for the reason, and the history keeps it."""

    responsible = ""  # lookup of the responsible person, ending in `__`

    def belonging_to(self, *people):
        return Q(**{f"{self.responsible}pk__in": [person.pk for person in people]})

    def entries_about(self, people):
        things = self.model.objects.filter(self.belonging_to(*people)).order_by()
        ids = things.annotate(pk_as_text=Cast("pk", TextField())).values("pk_as_text")
        return Q(content_type=get_content_type_for_model(self.model), object_id__in=ids)

    def history_view(self, request, object_id, extra_context=None):
        """Moderators cannot see why something was done to them; superusers can."""
        mine = self.get_queryset(request).filter(self.belonging_to(request.user))
        if not request.user.is_superuser and mine.filter(pk=row_id(object_id)).exists():
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def has_moderate_permission(self, request):
        return request.user.has_perm(f"{self.opts.app_label}.moderate_{self.opts.model_name}")

    def subject_to(self, moderator, queryset):
        """Nobody moderates their own content, and only superusers moderate the staff."""
        queryset = queryset.exclude(self.belonging_to(moderator))
        if moderator.is_superuser:
            return queryset
        return queryset.filter(**{f"{self.responsible}is_staff": False, f"{self.responsible}is_superuser": False})

    def moderate(self, request, queryset, act, title, record):
        """Ask for a reason; once given, call `act` on each chosen object, and log `record` with the reason in the
        history of those it changed.
        """
        things = self.chosen(request, queryset)
        if not things:
            return None
        form = ReasonForm(request.POST if "reason" in request.POST else None)
        if not form.is_valid():
            return self.ask_reason(request, title, things, form)
        record %= form.cleaned_data
        count = sum(self.act(request, act, thing, record) for thing in things)
        if count < len(things):  # somebody else was quicker
            self.message_user(request, SKIPPED, messages.WARNING)
        if count:
            done = ngettext(
                "Done, and recorded in the history.", "Done for %(count)d, and recorded in the history.", count
            )
            self.message_user(request, done % {"count": count}, messages.SUCCESS)
        return None

    @transaction.atomic
    def act(self, request, act, thing, record):
        """In a transaction of its own: never hold one lock while waiting for another. Returns whether it changed
        anything.
        """
        changed = act(thing)
        if changed:
            LogEntry.objects.log_actions(request.user.pk, [thing], CHANGE, record)
            self.note(request, request.POST[action_field(request)], thing)
        return changed

    def note(self, request, event, thing):
        """Write a moderator's act to the security log, under the name of the action."""
        person = getattr(thing, self.responsible.removesuffix("__")) if self.responsible else thing
        security_log.note(event, request, person, thing=f"{self.opts.model_name} {thing.pk}")

    def log_deletions(self, request, queryset):
        for thing in queryset:
            self.note(request, "delete", thing)
        return super().log_deletions(request, queryset)

    def chosen(self, request, queryset):
        pks = request.POST.getlist(ACTION_CHECKBOX_NAME)
        things = list(self.subject_to(request.user, queryset.filter(pk__in=pks)))
        if len(things) < len(pks):
            self.message_user(request, SKIPPED, messages.WARNING)
        return things

    def ask_reason(self, request, title, things, form):
        field = action_field(request)
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "things": things,
            "form": form,
            "checkbox_name": ACTION_CHECKBOX_NAME,
            "action": {"field": field, "name": request.POST[field]},
        }
        return render(request, "admin/reason.html", context)
