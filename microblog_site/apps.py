from django.apps import AppConfig, apps
from django.contrib import admin
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class MicroblogSiteConfig(AppConfig):
    name = "microblog_site"
    verbose_name = _("Site")


class ModerationConfig(admin_apps.AdminConfig):
    default = False
    default_site = "microblog_site.moderation.ModerationSite"

    def ready(self):
        super().ready()
        # django_otp's own pages would let one person make another's key. It is removed on the page of the person.
        admin.site.unregister([apps.get_model("otp_totp", "TOTPDevice"), apps.get_model("otp_static", "StaticDevice")])
