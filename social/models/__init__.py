from .graph import Block, BlockQuerySet, Follow, FollowQuerySet, Mute, MuteQuerySet

__all__ = ["Block", "BlockQuerySet", "Follow", "FollowQuerySet", "Mute", "MuteQuerySet"]
