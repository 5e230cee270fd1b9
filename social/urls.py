from django.urls import path

from .views import block, follow, requests

urlpatterns = [
    path("@<username>/followers/", follow.followers, name="followers"),
    path("@<username>/following/", follow.following, name="following"),
    path("@<username>/follow/", follow.follow, name="follow"),
    path("@<username>/unfollow/", follow.unfollow, name="unfollow"),
    path("@<username>/hide-reposts/", follow.hide_reposts, name="hide_reposts"),
    path("@<username>/show-reposts/", follow.show_reposts, name="show_reposts"),
    path("@<username>/accept/", requests.accept, name="accept"),
    path("@<username>/reject/", requests.reject, name="reject"),
    path("@<username>/remove/", requests.remove, name="remove"),
    path("@<username>/block/", block.block, name="block"),
    path("@<username>/unblock/", block.unblock, name="unblock"),
    path("@<username>/mute/", block.mute, name="mute"),
    path("@<username>/unmute/", block.unmute, name="unmute"),
    path("settings/blocks/", block.blocks, name="settings_blocks"),
    path("settings/requests/", requests.requests, name="settings_requests"),
]
