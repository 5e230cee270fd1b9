from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from accounts.admin import PersonSearchMixin
from microblog_site.admin import ReadOnlyMixin
from moderation.models import Report
from moderation.thread import around
from posts.models import Post
from posts.translation.admin import POST_ID

from .moderated import ModeratedAdmin, moderation_action


@admin.register(Post)
class PostAdmin(ReadOnlyMixin, PersonSearchMixin, ModeratedAdmin):
    can_be_deleted = True
    responsible = "author__"
    list_display = ["id", "author", "excerpt", "language", "created_at", "is_visible"]
    list_filter = ["hidden"]
    list_select_related = ["author"]
    search_numbers = {"pk": POST_ID}
    search_help_text = _("A post's number or link, or its author's user name.")
    fields = [
        "author",
        "visibility",
        "content_warning",
        "body",
        "language",
        "created_at",
        "edited_at",
        "hidden",
        "thread",
    ]
    actions = ["hide", "show"]

    def get_queryset(self, request):
        return Report.objects.readable_posts(request.user)

    def get_deleted_objects(self, objs, request):
        """Only the posts themselves: what goes with them tells, among other things, who bookmarked them."""
        return [str(post) for post in objs], {self.opts.verbose_name_plural: len(objs)}, set(), []

    @admin.display(description=_("visibility"))
    def visibility(self, post):
        return _("Followers only") if post.owner_id else _("Everybody")

    @admin.display(description=_("thread"))
    def thread(self, post):
        return render_to_string("admin/_thread.html", around(post))

    @admin.display(description=_("text"))
    def excerpt(self, post):
        return str(post)

    @admin.display(description=_("visible"), boolean=True)
    def is_visible(self, post):
        return not post.hidden and post.author.is_active

    @moderation_action(_("Hide this post"), _("Hide selected posts"))
    def hide(self, request, queryset):
        posts = queryset.filter(hidden=False)
        return self.moderate(request, posts, Post.hide, _("Hide posts"), _("Hidden: %(reason)s"))

    @moderation_action(_("Show this post again"), _("Show selected posts again"))
    def show(self, request, queryset):
        posts = queryset.filter(hidden=True)
        return self.moderate(request, posts, Post.show, _("Show posts again"), _("Shown again: %(reason)s"))
