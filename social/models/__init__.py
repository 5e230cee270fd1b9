from .graph import Block, Follow, Mute
from .requests import FollowRequest

__all__ = ["Block", "Follow", "FollowRequest", "Mute"]
