"""What apps above do when people change their preferences: each registers it in its `preferences.py`."""

before_saving = []  # functions of the changed person, called in the transaction that saves


def register(prepare):
    before_saving.append(prepare)
    return prepare
