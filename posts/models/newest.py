from django.conf import settings
from django.db import models


class NewestPostQuerySet(models.QuerySet):
    def note(self, post):
        newest = self.model(author_id=post.author_id, post_id=post.pk)
        self.bulk_create([newest], update_conflicts=True, unique_fields=["author"], update_fields=["post_id"])


class NewestPost(models.Model):
    """An upper bound of the ids of somebody's posts: the newest may be deleted or hidden since.

    For home timelines, which look at the newest post of each of thousands of people.
    """

    author = models.OneToOneField(settings.AUTH_USER_MODEL, models.DB_CASCADE, primary_key=True, related_name="+")
    post_id = models.BigIntegerField()

    objects = NewestPostQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.author_id}: {self.post_id}"
