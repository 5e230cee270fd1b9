"""Who writes, follows, blocks and mutes: always the same community for a given size.

As in real life, a few people are followed by many and write a lot, and most do neither. A quarter have stopped writing
or never wrote. People are numbers from 0, pairs of people are numbers too, and collections of pairs are arrays.
"""

from dataclasses import dataclass

import numpy as np

from . import readers
from .conversation import Conversation

POPULARITY = 0.8  # Zipf's exponent: the n-th person is followed 1 / n ** 0.8 times as much as the first
SILENT = 1 / 4  # of the people: wrote only in the first of three years, if ever
NEVER_WROTE = 1 / 2  # of those
SUSPENDED = 1 / 500  # of the people
HIDDEN = 1 / 1_000  # of the posts
BLOCKS = MUTES = 1 / 100  # relative to the number of follows
QUARRELS = 20  # how many times as often the active readers block


@dataclass(frozen=True)
class Size:
    people: int
    posts: int
    follows: int  # in addition to those of the readers
    followed_by_readers: dict[str, int]
    thread: int  # answers to one post


MANY = {"probe": 500, "heavy": 5_000, "idle": 200, "lonely": 5_000, "celebrity": 100}
FEWER = {"probe": 50, "heavy": 250, "idle": 20, "lonely": 250, "celebrity": 20}
SIZES = {
    "S": Size(1_000, 20_000, 20_000, FEWER, 1_000),
    "M": Size(20_000, 1_000_000, 600_000, MANY, 10_000),
    "L": Size(100_000, 10_000_000, 3_000_000, MANY, 10_000),
}


class Community:
    def __init__(self, size):
        self.size, self.rng = size, np.random.default_rng(1886)
        crowd = np.arange(size.people) >= len(readers.NAMES)
        self.popularity = crowd * self.rng.permutation(np.arange(1, size.people + 1) ** -POPULARITY)
        self.activity = self.popularity * self.rng.lognormal(size=size.people)
        self.activity[readers.WRITERS] = self.activity.mean()
        silent = self.draw(crowd, round(SILENT * size.people), replace=False)
        self.activity[silent[: round(NEVER_WROTE * len(silent))]] = 0
        self.is_silent = np.isin(np.arange(size.people), silent)
        self.suspended = self.draw(crowd, round(SUSPENDED * size.people), replace=False)
        self._relate(curiosity=crowd * self.rng.lognormal(size=size.people))
        self._write()
        self.talk = Conversation(self)
        self.is_hidden = self.talk.is_hidden

    def draw(self, weights, number, *, replace=True):
        """Draw this many people, with probabilities proportional to `weights`."""
        return self.rng.choice(self.size.people, number, replace=replace, p=weights / weights.sum())

    def pair(self, one, other):
        return one * self.size.people + other

    def split(self, pairs):
        """The first and second people of `pairs`."""
        return np.divmod(pairs, self.size.people)

    def _relate(self, curiosity):
        of_readers = readers.follows(self)
        follows = self._draw_pairs(self.size.follows, curiosity)
        self.follows = self.rng.permutation(np.concatenate([of_readers, follows]))
        mutes = self._draw_pairs(round(MUTES * self.size.follows), curiosity)
        self.mutes = np.concatenate([of_readers[:: round(1 / MUTES)], mutes])
        followed, follower = self.split(self.follows)[::-1]
        curiosity[[readers.PROBE, readers.HEAVY]] = QUARRELS * curiosity.mean()
        friends = np.concatenate([self.follows, self.pair(followed, follower)])
        self.blocks = self._draw_pairs(round(BLOCKS * self.size.follows), curiosity, besides=friends)

    def _draw_pairs(self, number, curiosity, besides=()):
        """Draw this many distinct pairs, in which the second person is rather popular."""
        found = np.array([], dtype=np.int64)
        while len(found) < number:
            ones, others = self.draw(curiosity, number), self.draw(self.popularity, number)
            found = np.union1d(found, self.pair(ones, others)[ones != others])
            found = np.setdiff1d(found, besides, assume_unique=True)
        return self.rng.permutation(found)[:number]

    def _write(self):
        """Decide on the author of each post, oldest first, and on what moderators hid."""
        first_year = self.size.posts // 3
        then = self.draw(self.activity, first_year)
        since = self.draw(self.activity * ~self.is_silent, self.size.posts - first_year)
        self.authors = np.concatenate([then, since])
        hidden = self.rng.choice(self.size.posts, round(HIDDEN * self.size.posts), replace=False)
        self.is_hidden = np.isin(np.arange(self.size.posts), hidden)
