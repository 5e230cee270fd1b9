from django.urls import path

from . import views
from .profile import views as profile
from .timelines import views as timelines
from .translation import views as translation

urlpatterns = [
    path("", timelines.home, name="home"),
    path("explore/", timelines.explore, name="explore"),
    path("bookmarks/", timelines.bookmarks, name="bookmarks"),
    path("likes/", timelines.likes, name="likes"),
    path("posts/", views.create, name="post_create"),
    path("posts/newest/", timelines.newest, name="posts_newest"),
    path("posts/<int:pk>/edit/", views.edit, name="post_edit"),
    path("posts/<int:pk>/delete/", views.delete, name="post_delete"),
    path("posts/<int:pk>/translation/", translation.translate, name="post_translation"),
    path("@<username>/", profile.profile, name="profile"),
    path("@<username>/replies/", profile.replies, name="profile_replies"),
    path("@<username>/picture.jpg", profile.picture, name="profile_picture"),
    path("@<username>/<int:pk>/", views.permalink, name="post"),
]
