from django.urls import path

from . import views
from .acts import views as acts
from .drafts import views as drafts
from .profile import views as profile
from .threads import views as threads
from .timelines import views as timelines
from .translation import views as translation

urlpatterns = [
    path("", timelines.home, name="home"),
    path("explore/", timelines.explore, name="explore"),
    path("bookmarks/", timelines.bookmarks, name="bookmarks"),
    path("likes/", timelines.likes, name="likes"),
    path("posts/", views.create, name="post_create"),
    path("compose/", views.compose, name="compose"),
    path("drafts/", drafts.drafts, name="drafts"),
    path("drafts/<int:pk>/delete/", drafts.delete, name="draft_delete"),
    path("posts/newest/", timelines.newest, name="posts_newest"),
    path("posts/<int:pk>/edit/", views.edit, name="post_edit"),
    path("posts/<int:pk>/delete/", views.delete, name="post_delete"),
    path("posts/<int:pk>/undelete/", views.undelete, name="post_undelete"),
    path("posts/<int:pk>/history/", views.history, name="post_history"),
    path("posts/<int:pk>/translation/", translation.translate, name="post_translation"),
    path("posts/<int:pk>/like/", acts.like, name="post_like"),
    path("posts/<int:pk>/unlike/", acts.unlike, name="post_unlike"),
    path("posts/<int:pk>/repost/", acts.repost, name="post_repost"),
    path("posts/<int:pk>/unrepost/", acts.unrepost, name="post_unrepost"),
    path("posts/<int:pk>/bookmark/", acts.bookmark, name="post_bookmark"),
    path("posts/<int:pk>/unbookmark/", acts.unbookmark, name="post_unbookmark"),
    path("posts/<int:pk>/pin/", acts.pin, name="post_pin"),
    path("posts/<int:pk>/unpin/", acts.unpin, name="post_unpin"),
    path("posts/<int:pk>/mute/", acts.mute, name="post_mute"),
    path("posts/<int:pk>/unmute/", acts.unmute, name="post_unmute"),
    path("posts/<int:pk>/unquote/", acts.unquote, name="post_unquote"),
    path("posts/<int:pk>/likes/", threads.likes, name="post_likes"),
    path("posts/<int:pk>/reposts/", threads.reposts, name="post_reposts"),
    path("posts/<int:pk>/quotes/", threads.quotes, name="post_quotes"),
    path("@<username>/", profile.profile, name="profile"),
    path("@<username>/replies/", profile.replies, name="profile_replies"),
    path("@<username>/picture.jpg", profile.picture, name="profile_picture"),
    path("@<username>/<int:pk>/", threads.permalink, name="post"),
]
