"""What people do with a post without writing: like it, bookmark it, mute its conversation."""

from django.db import IntegrityError, models, transaction
from django.db.models import Exists
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.fields import person_field
from microblog_site.paging import CursorQuerySet


class MarkQuerySet(CursorQuerySet):
    def add(self, person, post):
        """Returns whether this changed anything."""
        try:
            with transaction.atomic():
                self.create(user=person, post=post)
        except IntegrityError:
            return False
        return True

    def remove(self, person, post):
        """Returns whether this changed anything."""
        return self.filter(user=person, post=post).delete()[0] > 0


class LikeQuerySet(MarkQuerySet):
    def add(self, person, post):
        mine = self.filter(user=person, post=post)
        try:
            with transaction.atomic():
                # The counter first: it locks the post, and of many at once the others find the like.
                counted = type(post).objects.filter(~Exists(mine), pk=post.pk, hidden=False).shift(likes_count=1)
                if counted:
                    self.create(user=person, post=post)
        except IntegrityError:
            return False
        return bool(counted)

    @transaction.atomic
    def remove(self, person, post):
        posts = type(post).objects.filter(pk=post.pk)
        posts.select_for_update(no_key=True).values("pk").first()  # first, as `add` does
        removed = super().remove(person, post)
        if removed:
            posts.shift(likes_count=-1)
        return removed


class Mark(models.Model):
    user = person_field(_("person"), None, db_index=False)
    post = models.ForeignKey("posts.Post", models.DB_CASCADE, db_index=False, verbose_name=_("post"))
    created_at = models.DateTimeField(_("since"), db_default=Now())

    objects = MarkQuerySet.as_manager()

    class Meta:
        abstract = True
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "post"], name="%(class)s_once")]
        indexes = [models.Index(fields=["user", "-id"], name="%(class)s_by_user")]

    def __str__(self):
        return f"{self.user} → {self.post_id}"


class Like(Mark):
    objects = LikeQuerySet.as_manager()

    class Meta(Mark.Meta):
        indexes = [*Mark.Meta.indexes, models.Index(fields=["post", "-id"], name="like_by_post")]
        verbose_name = _("like")
        verbose_name_plural = _("likes")


class Bookmark(Mark):
    """Nobody else sees it."""

    class Meta(Mark.Meta):
        indexes = [*Mark.Meta.indexes, models.Index(fields=["post"], name="bookmark_by_post")]
        verbose_name = _("bookmark")
        verbose_name_plural = _("bookmarks")


class ConversationMuteQuerySet(models.QuerySet):
    @transaction.atomic
    def mute(self, person, post):
        first = type(post).objects.filter(pk=post.thread_id)
        # Locked, so that it is not deleted at the same moment.
        if first.select_for_update(no_key=True).values("pk").first():
            self.bulk_create([self.model(user=person, conversation_id=post.thread_id)], ignore_conflicts=True)

    def unmute(self, person, post):
        """Returns whether this changed anything."""
        return self.filter(user=person, conversation=post.thread_id).delete()[0] > 0

    def is_muted(self, person, post):
        return not person.is_anonymous and self.filter(user=person, conversation=post.thread_id).exists()


class ConversationMute(models.Model):
    """`user` wants no notifications of the conversation that began with this post."""

    user = person_field(_("person"), None, db_index=False)
    # Not deleted with the post, of which an unnamed place may remain: `PostQuerySet.remove` decides.
    conversation = models.ForeignKey("posts.Post", models.DO_NOTHING, verbose_name=_("conversation"))
    created_at = models.DateTimeField(_("since"), db_default=Now())

    objects = ConversationMuteQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("muted conversation")
        verbose_name_plural = _("muted conversations")
        constraints = [models.UniqueConstraint(fields=["user", "conversation"], name="conversation_mute_once")]

    def __str__(self):
        return f"{self.user} → {self.conversation_id}"
