from .follow import FollowAdmin
from .report import ReportAdmin

__all__ = ["FollowAdmin", "ReportAdmin"]
