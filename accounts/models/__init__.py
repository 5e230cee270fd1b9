from .address import EmailChange, NotTheirs
from .blocked import BlockedDomain, BlockedName
from .session import Session
from .user import User
from .username import FormerUsername

__all__ = ["BlockedDomain", "BlockedName", "EmailChange", "FormerUsername", "NotTheirs", "Session", "User"]
