"""What follows from a change of preferences (`accounts.preferences`)."""

from accounts.preferences import register

from . import tasks
from .models import Follow


@register
def accept_who_waits(person):
    """Those who ask to follow somebody who no longer approves their followers do so at once; a task accepts the rest if
    they are very many.
    """
    if not person.approve_followers and Follow.objects.accept_waiting(person):
        tasks.accept_waiting.enqueue(person.pk)
