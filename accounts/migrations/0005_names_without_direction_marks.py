import re
from functools import reduce
from operator import or_

from django.db import migrations
from django.db.models import Q

MARKS = '\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f'


def remove_marks(apps, schema_editor):
    people = apps.get_model('accounts', 'User').objects.using(schema_editor.connection.alias)
    marked = people.filter(reduce(or_, (Q(display_name__contains=mark) for mark in MARKS)))
    for pk, name in marked.values_list('pk', 'display_name'):
        people.filter(pk=pk).update(display_name=' '.join(re.sub(f'[{MARKS}]', '', name).split()))


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_encrypt_two_factor_keys'),
    ]

    operations = [
        migrations.RunPython(remove_marks, migrations.RunPython.noop),
    ]
