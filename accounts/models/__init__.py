from .address import BlockedDomain, EmailChange
from .session import Session
from .user import PeopleManager, User, UserQuerySet
from .username import BlockedName, FormerUsername

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
