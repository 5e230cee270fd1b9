from django.apps import AppConfig
from django.core.mail import DNS_NAME
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _
from django_ox import apps as ox_apps

from .database import read_only
from .mail import name_of_site


class TasksConfig(ox_apps.DjangoOxConfig):
    """django-ox with a name in the admin that says what it does."""

    default = False
    verbose_name = _("Background tasks")


class SiteConfig(AppConfig):
    name = "microblog_site"

    def ready(self):
        DNS_NAME.get_fqdn = name_of_site  # for EHLO and Message-ID, in place of the machine's name
        connection_created.connect(read_only.close_soon)
