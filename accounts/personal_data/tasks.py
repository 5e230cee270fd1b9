"""Background tasks. Each may run twice, and its subject may be gone by then."""

from datetime import timedelta

from django.core.management import call_command
from django.tasks import task
from django.utils import timezone

from accounts import avatars
from microblog_site.limits.models import RateLimitCounter
from microblog_site.submissions.models import Submission

from . import erasure
from .register import entries


@task
def erase_deleted_accounts():
    """Erase everybody whose deletion is due, each in a task of their own."""
    for user_id in erasure.unfinished():
        erase.enqueue(user_id)


@task
def erase(user_id):
    erasure.erase(user_id)


@task
def prune():
    """Delete expired rows, and avatar files that nobody uses."""
    call_command("ox_prune", older_than="7d")
    call_command("ox_prune", older_than="30d", include_failed=True)
    for entry in entries:
        entry.expired().delete()
    RateLimitCounter.objects.expired().delete()
    Submission.objects.expired().delete()
    avatars.remove_orphans(before=timezone.now() - timedelta(days=1))
