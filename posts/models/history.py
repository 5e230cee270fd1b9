from django.db import models
from django.utils.translation import gettext_lazy as _

from microblog_site import ceilings


class PostVersionQuerySet(models.QuerySet):
    def keep(self, post):
        """Keep the text of `post`, which is about to change."""
        text = {name: getattr(post, name) for name in ("body", "language", "content_warning")}
        return self.create(post=post, written_at=post.edited_at or post.created_at, **text)


class PostVersion(models.Model):
    """The text of a post before an edit."""

    post = models.ForeignKey("posts.Post", models.DB_CASCADE, related_name="versions", verbose_name=_("post"))
    body = models.TextField(_("text"))
    language = models.CharField(_("language"), max_length=35, blank=True)
    content_warning = models.CharField(_("content warning"), max_length=ceilings.CONTENT_WARNING, blank=True)
    written_at = models.DateTimeField(_("written"))

    objects = PostVersionQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["pk"]
        verbose_name = _("former version of a post")
        verbose_name_plural = _("former versions of posts")

    def __str__(self):
        return f"{self.post_id}, {self.written_at}"
