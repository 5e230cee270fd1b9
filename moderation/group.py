"""The group of moderators, with exactly the permissions they need."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions

GROUP = "Moderators"
RIGHTS = {
    "accounts": [
        *("view_user", "moderate_user"),
        *(f"{act}_blocked{what}" for act in ("view", "add", "change", "delete") for what in ("domain", "name")),
    ],
    "social": ["view_follow"],
    "posts": ["view_post", "moderate_post", "view_translation", "delete_translation"],
    "moderation": ["view_report", "moderate_report"],
    "admin": ["view_logentry"],
}


def create_group(using, apps=installed, **kwargs):
    """After every migration, create the group or restore its permissions. `apps` are those of the migrated state."""
    try:
        Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")  # noqa: N806
    except LookupError:
        return
    rights = Permission.objects.using(using).none()
    for app, codenames in RIGHTS.items():
        # Django creates permissions on the same signal, app by app, possibly later.
        create_permissions(installed.get_app_config(app), verbosity=0, using=using, apps=apps)
        rights |= Permission.objects.using(using).filter(content_type__app_label=app, codename__in=codenames)
    group, _created = Group.objects.using(using).get_or_create(name=GROUP)
    if set(group.permissions.all()) != set(rights):  # so that it starts when nothing can be written
        group.permissions.set(rights)
