from django.urls import path

from . import views

urlpatterns = [
    path("@<username>/followers/", views.followers, name="followers"),
    path("@<username>/following/", views.following, name="following"),
    path("@<username>/follow/", views.follow, name="follow"),
    path("@<username>/unfollow/", views.unfollow, name="unfollow"),
]
