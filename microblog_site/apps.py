from django.apps import AppConfig
from django.contrib.admin import apps as admin


class MicroblogSiteConfig(AppConfig):
    name = "microblog_site"


class ModerationConfig(admin.AdminConfig):
    default = False
    default_site = "microblog_site.admin.ModerationSite"
