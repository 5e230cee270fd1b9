from .graph import Block, Follow, Mute

__all__ = ["Block", "Follow", "Mute"]
