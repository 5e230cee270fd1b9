from .address import EmailChange, NotTheirs
from .authenticator import Authenticator
from .blocked import BlockedDomain, BlockedName
from .session import Session
from .user import User
from .username import FormerUsername

__all__ = [
    "Authenticator",
    "BlockedDomain",
    "BlockedName",
    "EmailChange",
    "FormerUsername",
    "NotTheirs",
    "Session",
    "User",
]
