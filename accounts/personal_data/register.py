"""The register of what the site holds of people: each app tells it of its own tables, in its `personal.py`.

    @register(Follow, "follower")
    class Following(PersonalData):
        name = "following"
        columns = {"username": "followed__username", "since": "created_at"}

The files are found as Django finds `admin.py`. The data download, the deletion of accounts and the daily pruning ask
the register, and know no table themselves.
"""

CHUNK_SIZE = 2_000  # rows in memory at a time

entries = []


def register(model, person):
    """Add what `model` holds of the person that the lookup `person` leads to."""

    def add(kind):
        entries.append(kind(model, person))
        return kind

    return add


class PersonalData:
    """Rows of one table about a person: how they are exported, and how they go."""

    name = ""  # of the list in the download; empty: not part of it
    columns = {}  # of a row in the download: what it is called there, and the lookup of its value
    goes_with_identity = False  # erased in the step that anonymizes: it is a way in, or names the person

    def __init__(self, model, person):
        self.model = model
        self.person = person

    def of(self, person):
        """All rows about `person`: a person, an id or an `OuterRef`."""
        return self.model._default_manager.filter(**{self.person: person})

    def export(self, person):
        """What goes into `data.json`: values and iterables of rows by name."""
        return {self.name: self.rows(person)} if self.name else {}

    def files(self, person):
        """What else goes into the archive: contents by path."""
        return {}

    def exported(self, person):
        """The rows that `person` is given."""
        return self.of(person)

    def rows(self, person):
        """A dictionary for each row, oldest first."""
        rows = self.exported(person).order_by("pk").values_list(*self.columns.values())
        for row in rows.iterator(chunk_size=CHUNK_SIZE):
            yield dict(zip(self.columns, row, strict=True))

    def remaining(self, person):
        """The rows that are still to be erased."""
        return self.of(person)

    def erase(self, rows):
        """Remove a batch of such rows, or what is personal in them."""
        rows.delete()

    def forget_identity(self, person, names):
        """Remove the names of somebody who has just been anonymized, wherever else they are written."""

    def expired(self):
        """Rows that are kept no longer, whoever they are about: what the table's QuerySet calls so, if it does."""
        table = self.model._default_manager
        return getattr(table, "expired", table.none)()


class Kept(PersonalData):
    """Rows that stay when the person goes: they point to somebody without a name."""

    def remaining(self, person):
        return self.model._default_manager.none()
