"""Those whose home pages are measured: what a page costs depends on whom its reader follows.

| reader | follows | writes |
|---|---|---|
| probe | 500 people, rather the popular ones | as others do |
| heavy | 5,000 such | as others do |
| idle | 200 who wrote once, but nothing for two years | nothing |
| fresh | nobody | nothing |
| lonely | 5,000 who wrote nothing for two years, or never did | nothing |
| celebrity | some, and is followed by everybody but the other readers | as others do |

At size S, they follow fewer. They are the first people of the community.
"""

import numpy as np

NAMES = ("probe", "heavy", "idle", "fresh", "lonely", "celebrity")
PROBE, HEAVY, IDLE, FRESH, LONELY, CELEBRITY = range(len(NAMES))
WRITERS = [PROBE, HEAVY, CELEBRITY]


def follows(community):
    """Whom the readers follow and who follows them, as `community.pair`s."""
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
