from urllib.parse import urlsplit

from django.contrib.auth import views
from django.urls import reverse

from accounts.forms.login import LoginForm
from microblog_site.http import FormMixin


class LoginView(FormMixin, views.LoginView):
    template_name = "accounts/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_valid(self, form):
        response = super().form_valid(form)
        # None: for SESSION_COOKIE_AGE. 0: until the browser closes.
        self.request.session.set_expiry(None if form.cleaned_data["remember_me"] else 0)
        return response

    def get_redirect_url(self, request=None):
        """Where `next` leads, unless that is log-in or log-out itself."""
        url = super().get_redirect_url(request)
        return "" if urlsplit(url).path in (reverse("login"), reverse("logout")) else url

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        del context["site"], context["site_name"]  # Django's are made of the Host header.
        return context
