"""The register of personal data: each app declares its own tables in its `personal.py`.

    @register(Follow, "follower")
    class Following(PersonalData):
        name = "following"
        columns = {"username": "followed__username", "since": "created_at"}

The files are discovered like `admin.py`. The data download, the deletion of accounts and the daily pruning use the
register and name no table themselves.
"""

CHUNK_SIZE = 2_000  # rows in memory at a time

entries = []


def register(model, person):
    """Register what `model` holds about the person that the lookup `person` leads to."""

    def add(kind):
        entries.append(kind(model, person))
        return kind

    return add


class PersonalData:
    """Rows of one table about a person: how they are exported and erased."""

    name = ""  # of the list in the download; empty leaves it out
    columns = {}  # of a row in the download: name → lookup of the value
    goes_with_identity = False  # erased together with the identity: credentials, or anything that names the person

    def __init__(self, model, person):
        self.model = model
        self.person = person

    def of(self, person):
        """All rows about `person`: a person, an id or an `OuterRef`."""
        return self.model._default_manager.filter(**{self.person: person})

    def export(self, person):
        """The contents for `data.json`: values and iterables of rows by name."""
        return {self.name: self.rows(person)} if self.name else {}

    def files(self, person):
        """Further files for the archive: contents by path."""
        return {}

    def exported(self, person):
        """The rows included in the person's download."""
        return self.of(person)

    def rows(self, person):
        """Yield a dictionary for each row, oldest first."""
        rows = self.exported(person).order_by("pk").values_list(*self.columns.values())
        for row in rows.iterator(chunk_size=CHUNK_SIZE):
            yield dict(zip(self.columns, row, strict=True))

    def remaining(self, person):
        """The rows still to be erased."""
        return self.of(person)

    def erase(self, rows):
        """Delete one batch of rows, or the personal data in them."""
        rows.delete()

    def forget_identity(self, person, names):
        """Remove the name of a person who has just been anonymized from anywhere else it was written."""

    def expired(self):
        """Rows past their retention, of anybody: the `expired()` of the table's QuerySet, if it has one."""
        table = self.model._default_manager
        return getattr(table, "expired", table.none)()


class Kept(PersonalData):
    """Rows that stay after erasure: they refer to a person without a name."""

    def remaining(self, person):
        return self.model._default_manager.none()
