"""How the posts of a community refer to each other, and who marked them: always the same for a given size.

Posts are numbers from 0, oldest first; -1 is none. Whatever a post refers to is older, and usually not much.
"""

from dataclasses import dataclass

import numpy as np

from . import readers

ANSWERS = 1 / 4  # of the posts
THREADS = 1 / 3  # of those: answers to oneself
REPOSTS = 2 / 25  # of the posts
QUOTES = 1 / 50  # of the posts
FOR_FOLLOWERS = 1 / 50  # of the posts that answer nothing
EDITED = 1 / 1_000  # of the posts
LIKES, BOOKMARKS = 1, 1 / 50  # relative to the number of posts
BURSTS = 1 / 20_000  # of the posts are reposted many times within a short while:
BURST, BURST_WITHIN = 40, 400  # this many times, within this many posts
HIDE_REPOSTS = 1 / 30  # of the follows
SHORT_THREAD = 30  # answers, in the thread that the long one is compared with
OF_ONE_ANSWER = 3 / 10  # of the answers in the long thread, as many more answer one of them


@dataclass(frozen=True)
class Threads:
    """Posts that are looked at: one with very many answers, one with few, and one that everybody likes."""

    long: int
    short: int
    liked: int


class Conversation:
    def __init__(self, community):
        self.rng = np.random.default_rng(2026)
        self.authors, self.total = community.authors, len(community.authors)
        self.numbers = np.arange(self.total)
        self._relate(community.size.thread)
        self.is_hidden = self._some(community.is_hidden.mean(), among=self.reposted < 0)
        self.is_edited = self._some(EDITED, among=self.reposted < 0)
        people = community.size.people
        everybody = np.arange(len(readers.NAMES), people)
        self.likes = self._marks(community, LIKES, [self.pair(people, self.threads.liked, everybody)])
        self.bookmarks = self._marks(community, BOOKMARKS, [])
        self.hides_reposts = self.rng.random(len(community.follows)) < HIDE_REPOSTS

    @staticmethod
    def pair(number, one, other):
        """One number for two, of which the other is below `number`."""
        return one * number + other

    def _relate(self, in_thread):
        self.answered, self.reposted, self.quoted = (np.full(self.total, -1) for _kind in range(3))
        chance = self.rng.random(self.total)
        answers = chance < ANSWERS
        self.answered[answers] = self._older()[answers]
        threads = chance < ANSWERS * THREADS
        self.answered[threads] = self._own_former()[threads]
        reposts = (chance >= ANSWERS) & (chance < ANSWERS + REPOSTS)
        self.reposted[reposts] = self._older()[reposts]
        quotes = (chance >= ANSWERS + REPOSTS) & (chance < ANSWERS + REPOSTS + QUOTES)
        self.quoted[quotes] = self._older()[quotes]
        self._burst()
        self._make_threads(in_thread)
        self._tidy()

    def _older(self):
        """For each post an older one, as likely 10 as 10,000 posts before; -1 for none."""
        distance = np.exp(self.rng.random(self.total) * np.log(np.maximum(self.numbers, 2))).astype(np.int64)
        return np.maximum(self.numbers - np.maximum(distance, 1), -1)

    def _own_former(self):
        """For each post the last one before by the same author; -1 for none."""
        order = np.argsort(self.authors, kind="stable")
        former = np.full(self.total, -1)
        same = self.authors[order][1:] == self.authors[order][:-1]
        former[order[1:][same]] = order[:-1][same]
        return former

    def _burst(self):
        number = max(1, round(BURSTS * self.total))
        for original in self.rng.integers(self.total // 10, self.total - BURST_WITHIN, number):
            reposts = original + 1 + self.rng.choice(BURST_WITHIN - 1, BURST, replace=False)
            self.reposted[original], self.reposted[reposts] = -1, original
            self.answered[reposts] = self.quoted[reposts] = -1

    def _make_threads(self, in_thread):
        long, short, liked = self.total // 2, self.total // 2 + 1, self.total // 2 + 2
        self.threads = Threads(long, short, liked)
        answers = long + 10 + self.rng.choice(self.total - long - 10, round((1 + OF_ONE_ANSWER) * in_thread), False)
        answers = np.sort(answers)
        self.answered[answers], self.answered[answers[-SHORT_THREAD:]] = long, short
        below = self.rng.choice(np.arange(10, len(answers) - SHORT_THREAD), round(OF_ONE_ANSWER * in_thread), False)
        self.answered[answers[below]] = answers[9]
        self.reposted[answers] = self.quoted[answers] = -1
        for post in (long, short, liked):
            self.answered[post] = self.reposted[post] = self.quoted[post] = -1

    def _tidy(self):
        """Let everything refer to written posts, and reposts and quotes to public ones, once a person."""
        for referred in (self.answered, self.reposted, self.quoted):
            while (of_reposts := (referred >= 0) & (self.reposted[referred] >= 0)).any():
                referred[of_reposts] = self.reposted[referred[of_reposts]]
        self.began = np.where(self.answered >= 0, self.answered, self.numbers)
        while (self.began != (before := self.began[self.began])).any():
            self.began = before
        is_looked_at = np.isin(self.numbers, [self.threads.long, self.threads.short, self.threads.liked])
        for_followers = self._some(FOR_FOLLOWERS, among=(self.answered < 0) & (self.reposted < 0) & ~is_looked_at)
        self.owners = np.where(for_followers, self.authors, -1)[self.began]
        for referred in (self.reposted, self.quoted):
            referred[(referred >= 0) & (self.owners[referred] >= 0)] = -1
        first = np.unique(self.pair(self.total + 1, self.authors, self.reposted + 1), return_index=True)[1]
        again = np.ones(self.total, bool)
        again[first] = False
        self.reposted[again] = -1
        self.owners[(self.reposted >= 0)] = -1

    def _some(self, part, among):
        numbers = self.numbers[among]
        return np.isin(self.numbers, self.rng.choice(numbers, round(part * self.total), replace=False))

    def _marks(self, community, relative, more):
        """Pairs of posts and people, each once, ordered by post."""
        number = round(relative * self.total)
        posts = self.total - 1 - (self.rng.random(number) ** 2 * self.total).astype(np.int64)
        posts = np.where(self.reposted[posts] >= 0, self.reposted[posts], posts)
        who = self.rng.integers(community.size.people, size=number)
        return np.unique(np.concatenate([self.pair(community.size.people, posts, who), *more]))

    def counts(self, referred):
        """How many public posts that are not hidden refer to each."""
        return np.bincount(referred[(referred >= 0) & ~self.is_hidden & (self.owners < 0)], minlength=self.total)
