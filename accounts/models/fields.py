from django.conf import settings
from django.db import models


def person_field(role, related_name, on_delete=models.DB_CASCADE, **options):
    """A foreign key to a person, shown by their `role`; they have the rows as `related_name`."""
    user = settings.AUTH_USER_MODEL
    return models.ForeignKey(user, on_delete, related_name=related_name, verbose_name=role, **options)
