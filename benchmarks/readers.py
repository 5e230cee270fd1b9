"""The people whose home pages are measured: what a page costs depends on whom its reader follows.

| reader | follows | writes |
|---|---|---|
| probe | 500 people, rather popular ones | like others |
| heavy | 5,000 such people | like others |
| idle | 200 people who have written, but not for two years | nothing |
| fresh | nobody | nothing |
| lonely | 5,000 people who have not written for two years, or never | nothing |
| celebrity | some; followed by everybody except the other readers | like others |

At size S, they follow fewer. They are the first people of the community.
"""

import numpy as np

NAMES = ("probe", "heavy", "idle", "fresh", "lonely", "celebrity")
PROBE, HEAVY, IDLE, FRESH, LONELY, CELEBRITY = range(len(NAMES))
WRITERS = [PROBE, HEAVY, CELEBRITY]


def follows(community):
    """The follows of and by the readers, as `community.pair`s."""
    weights = {
        "probe": community.popularity,
        "heavy": community.popularity,
        "idle": community.activity * community.is_silent,
        "lonely": community.is_silent,
        "celebrity": community.popularity,
    }
    followed = {
        name: community.draw(weights[name], number, replace=False)
        for name, number in community.size.followed_by_readers.items()
    }
    crowd = np.arange(len(NAMES), community.size.people)
    pairs = [community.pair(NAMES.index(name), people) for name, people in followed.items()]
    return np.concatenate([*pairs, community.pair(crowd, CELEBRITY)])
