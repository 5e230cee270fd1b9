from django.db import migrations

# Django adds them on PostgreSQL for searches by the beginning, of which there are none: each is one more place to write
# to whenever somebody logs in or signs up.
UNUSED = ["accounts_session_session_key_b186966f_like", "accounts_user_username_6088629e_like"]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_languages")]

    operations = [migrations.RunSQL(f"DROP INDEX IF EXISTS {name}", migrations.RunSQL.noop) for name in UNUSED]
