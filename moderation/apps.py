from django.apps import AppConfig
from django.contrib import admin
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "moderation"
    default = True
    verbose_name = _("Moderation")

    def ready(self):
        from .group import create_group

        post_migrate.connect(create_group, sender=self)


class AdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "moderation.site.ModerationSite"

    def ready(self):
        from django_otp.plugins.otp_static.models import StaticDevice
        from django_otp.plugins.otp_totp.models import TOTPDevice

        super().ready()
        # django_otp's own pages would let one person create another's key. Devices are removed on the person's page.
        admin.site.unregister([TOTPDevice, StaticDevice])
