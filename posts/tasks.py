"""Background tasks. Each may run twice, and its subject may be gone by then."""

from django.tasks import task

from .models import Post


@task
def erase_withdrawn(post_id):
    """Erase a post that its author deleted, unless they restored it."""
    Post.objects.to_erase().filter(pk=post_id).remove()
