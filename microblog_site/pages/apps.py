from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    name = "microblog_site.pages"
    verbose_name = _("Site")
