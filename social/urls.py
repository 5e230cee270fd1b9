from django.urls import path

from .views import block, follow

urlpatterns = [
    path("@<username>/followers/", follow.followers, name="followers"),
    path("@<username>/following/", follow.following, name="following"),
    path("@<username>/follow/", follow.follow, name="follow"),
    path("@<username>/unfollow/", follow.unfollow, name="unfollow"),
    path("@<username>/block/", block.block, name="block"),
    path("@<username>/unblock/", block.unblock, name="unblock"),
    path("@<username>/mute/", block.mute, name="mute"),
    path("@<username>/unmute/", block.unmute, name="unmute"),
    path("settings/blocks/", block.blocks, name="settings_blocks"),
]
