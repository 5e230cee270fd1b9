import pytest
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection

from posts.models import Post
from posts.tests.factories import PostFactory


def test_models_and_migrations_agree(db):
    call_command("makemigrations", check=True, dry_run=True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("left", [0, 1])
def test_the_number_of_a_deleted_post_does_not_come_again(monkeypatch, left):
    """SQLite would reuse it, because it remakes a table to change it."""
    last = PostFactory.create_batch(left + 1)[-1].pk
    Post.objects.filter(pk=last).delete()

    def remake_the_table(self, *args, **options):
        if connection.vendor == "sqlite":
            with connection.schema_editor() as editor:
                editor._remake_table(Post)

    monkeypatch.setattr(migrate.Command, "handle", remake_the_table)
    call_command("migrate")
    assert PostFactory().pk > last
