from django.conf import settings
from django.db import connection, models

PUBLISHING = 2027  # the number of a lock that nothing else uses


class NewestPostQuerySet(models.QuerySet):
    def note(self, post):
        newest = self.model(author_id=post.author_id, post_id=post.pk)
        self.bulk_create([newest], update_conflicts=True, unique_fields=["author"], update_fields=["post_id"])

    def take_turn(self, author_id):
        """On PostgreSQL: wait until everybody before has committed their post, then note and return the id of the next.

        In one statement, which a post or repost costs anyway.
        """
        with connection.cursor() as cursor:
            cursor.execute(self.TAKE_TURN, [author_id, PUBLISHING])
            return cursor.fetchone()[0]

    TAKE_TURN = """
        INSERT INTO posts_newestpost (author_id, post_id)
        SELECT %s, nextval(pg_get_serial_sequence('posts_post', 'id')) FROM pg_advisory_xact_lock(%s)
        ON CONFLICT (author_id) DO UPDATE SET post_id = excluded.post_id RETURNING post_id
    """


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
