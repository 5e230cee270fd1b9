from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("microblog_site", "0001_initial")]

    operations = [
        # Django adds it on PostgreSQL for searches by the beginning, of which there are none.
        migrations.RunSQL("DROP INDEX IF EXISTS microblog_site_count_key_5e222b3c_like", migrations.RunSQL.noop)
    ]
