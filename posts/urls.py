from django.urls import path

from .views import archive, newer, post, timelines, translation

urlpatterns = [
    path("", timelines.home, name="home"),
    path("explore/", timelines.explore, name="explore"),
    path("posts/", post.create, name="post_create"),
    path("posts/newest/", newer.newest, name="posts_newest"),
    path("posts/<int:pk>/edit/", post.edit, name="post_edit"),
    path("posts/<int:pk>/delete/", post.delete, name="post_delete"),
    path("posts/<int:pk>/translation/", translation.translate, name="post_translation"),
    path("settings/account/download/", archive.download, name="account_download"),
    path("@<username>/", timelines.profile, name="profile"),
    path("@<username>/<int:pk>/", post.permalink, name="post"),
]
