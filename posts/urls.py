from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("explore/", views.explore, name="explore"),
    path("posts/", views.create, name="post_create"),
    path("posts/<int:pk>/edit/", views.edit, name="post_edit"),
    path("posts/<int:pk>/delete/", views.delete, name="post_delete"),
    path("@<username>/", views.profile, name="profile"),
    path("@<username>/<int:pk>/", views.permalink, name="post"),
]
