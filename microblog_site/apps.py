from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

before_fork = []  # functions of any app: what they load, the workers of the web server share


class MicroblogSiteConfig(AppConfig):
    name = "microblog_site"
    verbose_name = _("Site")
