"""Every table that refers to a person has to declare how its rows are exported and erased."""

import pytest
from django.apps import apps
from django.db.models import ForeignObjectRel

from accounts.models import User
from accounts.personal_data import register


def columns_with_people():
    """All foreign keys to people in every table, including many-to-many tables."""
    relations = [relation for model in (User,) for relation in model._meta.get_fields(include_hidden=True)]
    return {
        (relation.related_model, relation.field.name)
        for relation in relations
        if isinstance(relation, ForeignObjectRel) and not relation.many_to_many
    }


def test_every_table_with_a_person_in_it_is_registered():
    registered = {(entry.model, entry.person) for entry in register.entries}
    assert {f"{model._meta.label}.{field}" for model, field in columns_with_people() - registered} == set()


def test_the_test_would_notice():
    assert (apps.get_model("posts", "Post"), "author") in columns_with_people()
    assert (User.groups.through, "user") in columns_with_people()
    assert (apps.get_model("otp_totp", "TOTPDevice"), "user") in columns_with_people()


@pytest.mark.django_db
def test_whatever_is_exported_has_a_name_of_its_own(susan):
    names = [name for entry in register.entries for name in entry.export(susan)]
    assert len(names) == len(set(names))
