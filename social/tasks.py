"""Background tasks. Each may run twice, and its subject may be gone by then."""

from django.contrib.auth import get_user_model
from django.tasks import task

from .models import Follow


@task
def accept_waiting(user_id):
    """Accept all requests, batch by batch, as long as the person does not approve their followers."""
    people = get_user_model().objects.filter(pk=user_id, approve_followers=False)
    while (person := people.first()) and Follow.objects.accept_waiting(person):
        pass
