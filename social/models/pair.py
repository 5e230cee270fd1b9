from django.contrib.auth import get_user_model


def lock_pair(one, other):
    """Lock the rows of two people until the transaction ends, and give whether each is active, as far as they exist.

    So what these two do about each other at the same moment happens one after the other.
    """
    return lock_people(one.pk, other.pk)


def lock_people(*pks):
    """As `lock_pair`, for the people with these ids.

    The locks are taken in the order of the ids, so that nobody waits in a circle, and are of the kind that foreign keys
    do not wait for.
    """
    people = get_user_model().objects.filter(pk__in=pks).order_by("pk")
    return list(people.select_for_update(no_key=True).values_list("is_active", flat=True))
