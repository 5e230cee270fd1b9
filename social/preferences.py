"""Requests stop waiting when people no longer approve their followers."""

from django.contrib.auth import get_user_model
from django.tasks import task

from accounts.forms.settings import PreferencesForm

from .models import Follow


def accept_waiting(person):
    """Accept requests at once; if they are very many, a task accepts the rest."""
    if not person.approve_followers and Follow.objects.accept_waiting(person):
        accept_rest.enqueue(person.pk)


@task
def accept_rest(user_id):
    """Accept all requests, batch by batch, as long as the person does not approve their followers."""
    people = get_user_model().objects.filter(pk=user_id, approve_followers=False)
    while (person := people.first()) and Follow.objects.accept_waiting(person):
        pass


PreferencesForm.before_saving.append(accept_waiting)
