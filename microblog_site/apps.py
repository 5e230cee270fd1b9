from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MicroblogSiteConfig(AppConfig):
    name = "microblog_site"
    verbose_name = _("Site")
