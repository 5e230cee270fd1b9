from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from microblog_site import preloading


class PostsConfig(AppConfig):
    name = "posts"
    verbose_name = _("Posts")

    def ready(self):
        from .translation import detection, services

        preloading.functions.append(detection.identifier)
        services.service()  # fail at startup, with the reason
