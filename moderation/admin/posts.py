from django.contrib import admin
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from posts.models import Post
from posts.translation.admin import POST_ID

from .moderated import ModeratedAdmin, moderation_action


@admin.register(Post)
class PostAdmin(ModeratedAdmin):
    responsible = "author__"
    list_display = ["id", "author", "excerpt", "language", "created_at", "is_visible"]
    list_filter = ["hidden"]
    list_select_related = ["author"]
    search_fields = ["id"]
    search_help_text = _("The number or link of a post, or the user name of its author.")
    fields = ["author", "body", "language", "created_at", "edited_at", "hidden"]
    actions = ["hide", "show"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    @admin.display(description=_("text"))
    def excerpt(self, post):
        return str(post)

    @admin.display(description=_("visible"), boolean=True)
    def is_visible(self, post):
        return not post.hidden and post.author.is_active

    def get_search_results(self, request, queryset, search_term):
        term = search_term.strip()
        if not term:
            return queryset, False
        if number := POST_ID.fullmatch(term):
            return queryset.filter(pk=number[1]), False
        authors = get_user_model().objects.named(term.removeprefix("@"))
        return queryset.filter(author__in=authors), False

    @moderation_action(_("Hide this post"), _("Hide the chosen posts"))
    def hide(self, request, queryset):
        posts = queryset.filter(hidden=False)
        return self.moderate(request, posts, Post.hide, _("Hide posts"), _("Hidden: %(reason)s"))

    @moderation_action(_("Show this post again"), _("Show the chosen posts again"))
    def show(self, request, queryset):
        posts = queryset.filter(hidden=True)
        return self.moderate(request, posts, Post.show, _("Show posts again"), _("Shown again: %(reason)s"))
