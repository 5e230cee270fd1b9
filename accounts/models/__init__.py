from .address import EmailChange
from .blocked import BlockedDomain, BlockedName
from .session import Session
from .user import PeopleManager, User, UserQuerySet
from .username import FormerUsername

__all__ = [
    "BlockedDomain",
    "BlockedName",
    "EmailChange",
    "FormerUsername",
    "PeopleManager",
    "Session",
    "User",
    "UserQuerySet",
]
