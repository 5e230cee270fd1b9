"""The admin as a whole: who may enter, what its index lists, what is in the log."""

from functools import partial

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django_otp import DEVICE_ID_SESSION_KEY

from accounts import two_factor
from accounts.models import Authenticator
from accounts.views.login import LogoutView
from microblog_site.http import is_own_url


class ModerationSite(admin.AdminSite):
    site_title = site_header = settings.SITE_NAME
    index_title = _("Moderation")

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request, extra_context=None):
        """Staff log in like everybody else; others are refused."""
        page = request.GET.get("next", "")
        if not is_own_url(request, page):
            page = reverse("admin:index")
        if self.has_permission(request):
            return redirect(page)
        if super().has_permission(request):
            return self.ask_second_step(request, page)
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(page)

    def has_permission(self, request):
        return super().has_permission(request) and (
            settings.STAFF_TWO_FACTOR != "required" or passed_second_step(request)
        )

    def ask_second_step(self, request, page):
        """Redirect staff to set up two-factor log-in, or to log in again with it."""
        if not two_factor.is_on(request.user):
            messages.warning(request, _("To moderate, you need two-step log-in. Turn it on first."))
            return redirect("two_factor")
        logout(request)
        messages.warning(request, _("To moderate, log in again with your password and a code."))
        return redirect_to_login(page)

    def logout(self, request, extra_context=None):
        return LogoutView.as_view()(request)

    def password_change(self, request, extra_context=None):
        return redirect("password_change")

    def get_app_list(self, request, app_label=None):
        """Django's list, with the names that some admin classes choose (`menu_name(request)`)."""
        apps = super().get_app_list(request, app_label)
        for listed in [listed for app in apps for listed in app["models"]]:
            if menu_name := getattr(self.get_model_admin(listed["model"]), "menu_name", None):
                # Evaluated only where the index is shown.
                listed["name"] = SimpleLazyObject(partial(menu_name, request))
        return apps

    def types_seen_by(self, request):
        """The content types of the lists that this person may view."""
        seen = [model for model, model_admin in self._registry.items() if model_admin.has_view_permission(request)]
        return list(ContentType.objects.get_for_models(*seen, for_concrete_models=False).values())

    def entries_about(self, *people):
        """The log entries about these people and what is theirs."""
        about = Q(pk__in=[])
        for model_admin in self._registry.values():
            if hasattr(model_admin, "entries_about"):
                about |= model_admin.entries_about(people)
        return about


def passed_second_step(request):
    """Whether the session started with two-factor log-in, with a device that the person still has."""
    device = Authenticator.from_persistent_id(request.session.get(DEVICE_ID_SESSION_KEY, ""))
    return device is not None and device.user_id == request.user.pk
