"""What is done in the background. Every task may run twice, and what it is about may be gone by then."""

from django.tasks import task

from . import leaving


@task
def erase_who_left():
    """Erase everybody whose time to come back is over, each in a task of their own."""
    for user_id in leaving.unfinished():
        erase.enqueue(user_id)


@task
def erase(user_id):
    leaving.erase(user_id)
