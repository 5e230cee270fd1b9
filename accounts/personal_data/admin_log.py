"""What the admin's log calls people and their things: a number once they are erased."""

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Value
from django.db.models.functions import Concat


def entries_about(model, ids=None):
    """What was done to things of this kind, or to those with these ids."""
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
    return entries if ids is None else entries.filter(object_id__in=map(str, ids))


def call_by_number(entries):
    entries.update(object_repr=Concat(Value("#"), F("object_id")))
