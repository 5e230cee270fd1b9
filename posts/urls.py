from django.urls import path

from . import views
from .profile import views as profile
from .timelines import views as timelines
from .translation import views as translation

urlpatterns = [
    path("", timelines.home, name="home"),
    path("explore/", timelines.explore, name="explore"),
    path("posts/", views.create, name="post_create"),
    path("compose/", views.compose, name="compose"),
    path("posts/newest/", timelines.newest, name="posts_newest"),
    path("posts/<int:pk>/edit/", views.edit, name="post_edit"),
    path("posts/<int:pk>/delete/", views.delete, name="post_delete"),
    path("posts/<int:pk>/history/", views.history, name="post_history"),
    path("posts/<int:pk>/unquote/", views.unquote, name="post_unquote"),
    path("posts/<int:pk>/translation/", translation.translate, name="post_translation"),
    path("@<username>/", profile.profile, name="profile"),
    path("@<username>/picture.jpg", profile.picture, name="profile_picture"),
    path("@<username>/<int:pk>/", views.permalink, name="post"),
]
