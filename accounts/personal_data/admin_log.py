"""Replaces the names of erased people and their things in the admin's log with numbers."""

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Value
from django.db.models.functions import Concat


def entries_about(model, ids=None):
    """Log entries about rows of `model`: all of them, or those with these ids."""
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
    return entries if ids is None else entries.filter(object_id__in=map(str, ids))


def call_by_number(entries):
    entries.update(object_repr=Concat(Value("#"), F("object_id")))
