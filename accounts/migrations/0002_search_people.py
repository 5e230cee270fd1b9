from django.db import migrations

COLUMNS = ["username", "display_name", "email"]


def add_indexes(apps, schema_editor):
    """Let PostgreSQL find how a name begins (`istartswith`) without reading them all; SQLite reads them fast enough."""
    if schema_editor.connection.vendor == "postgresql":
        for column in COLUMNS:
            schema_editor.execute(
                f"CREATE INDEX user_by_{column}_prefix ON accounts_user (upper({column}) text_pattern_ops)"
            )


def remove_indexes(apps, schema_editor):
    for column in COLUMNS:
        schema_editor.execute(f"DROP INDEX IF EXISTS user_by_{column}_prefix")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(add_indexes, remove_indexes)]
