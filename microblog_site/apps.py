from django.utils.translation import gettext_lazy as _
from django_ox import apps as ox_apps


class TasksConfig(ox_apps.DjangoOxConfig):
    """django-ox with a name in the admin that says what it does."""

    default = False
    verbose_name = _("Background tasks")
