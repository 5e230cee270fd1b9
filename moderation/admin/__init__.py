from .log import ModerationLogAdmin
from .people import PersonAdmin
from .posts import PostAdmin
from .reports import ReportAdmin

__all__ = ["ModerationLogAdmin", "PersonAdmin", "PostAdmin", "ReportAdmin"]
