from .post import TEXTS, PostForm
from .text import EditForm

__all__ = ["TEXTS", "EditForm", "PostForm"]
