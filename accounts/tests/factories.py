import factory
from django.contrib.auth import get_user_model
from django.utils import timezone

PASSWORD = "correct horse battery"


class UserFactory(factory.django.DjangoModelFactory):
    """A person who can log in with `PASSWORD`: `UserFactory(username="susan")`."""

    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    username = factory.Sequence(lambda number: f"person_{number}")
    email = factory.LazyAttribute(lambda person: f"{person.username}@example.org")
    email_confirmed_at = factory.LazyAttribute(lambda person: timezone.now() if person.email else None)
    password = factory.django.Password(PASSWORD)
