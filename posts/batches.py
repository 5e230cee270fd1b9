from django.db import transaction

BATCH_SIZE = 200


def change_in_batches(rows, change, report=None):
    """Pass `rows` by id to `change(rows)`, which returns how many it changed; each batch in a transaction.

    `report` is called with a line after each batch. Returns the numbers of all rows and of changed ones.
    """
    done = changed = last = 0
    while ids := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH_SIZE]):
        with transaction.atomic():
            changed += change(rows.filter(pk__in=ids).order_by("pk"))
        done, last = done + len(ids), ids[-1]
        if report:
            report(f"{done} {rows.model.__name__.lower()}s done …")
    return done, changed
