from .address import EmailChange, NotTheirs
from .blocked import BlockedDomain, BlockedName
from .session import Session
from .user import PeopleManager, User, plain_identifier
from .username import FormerUsername

__all__ = [
    "BlockedDomain",
    "BlockedName",
    "EmailChange",
    "FormerUsername",
    "NotTheirs",
    "PeopleManager",
    "Session",
    "User",
    "plain_identifier",
]
