"""A believable community: the texts are in the files of this folder, times and follows are generated here.

A file is named for its language. `@username | Name | about me` starts a person; each line after it is a post of theirs,
oldest first. After a post, `> @username text` answers it, `>> @username text` that answer; `" @username text` quotes
the post; `! text` is its content warning. `~ text ~ text` is a draft of two posts. Everybody lives in one harbour town
and through the same year: posts of different people fit together as long as each person's are spread over that year in
the same way.
"""

import random
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from heapq import nlargest
from pathlib import Path

from accounts.markup import MENTION

YEAR = timedelta(days=365)
TIME_OF_THE_RUN = timedelta(hours=20, minutes=40)  # in the town's time zone, whatever the actual time
FOLLOWED_BY_MOST = range(7, 16)
FOLLOWED_BY_THE_VISITOR = 30
ANSWER = re.compile(r'(>+|") @(\w+) (.+)')


@dataclass(eq=False)
class Person:
    username: str
    name: str
    about: str
    language: str
    posts: list[str] = field(default_factory=list)
    ages: list[timedelta] = field(default_factory=list)  # age of each of their posts
    follows: list["Person"] = field(default_factory=list)
    warnings: dict[int, str] = field(default_factory=dict)  # by the number of the post
    drafts: list[list[str]] = field(default_factory=list)
    answers: dict[int, list] = field(default_factory=lambda: defaultdict(list))

    @property
    def mentioned(self):
        return {name.lower() for post in self.posts for name in MENTION.findall(post)}


def community():
    """The people of the demo, always the same; the first one follows many."""
    rng = random.Random(1886)  # noqa: S311
    # English first: visitors log in as the first person.
    files = sorted(Path(__file__).parent.glob("*.txt"), key=lambda file: (file.stem != "en", file.stem))
    people = [person for file in files for person in _read(file)]
    _spread_over_the_year(people, rng)
    _make_follow(people, rng)
    return people


def _read(file):
    people = []
    for line in filter(None, map(str.strip, file.read_text(encoding="utf-8").splitlines())):
        if line.startswith("@") and line.count(" | ") == 2:
            username, name, about = line[1:].split(" | ")
            people.append(Person(username, name, about, file.stem))
        elif answer := ANSWER.fullmatch(line):
            people[-1].answers[len(people[-1].posts) - 1].append(answer.groups())
        elif line.startswith("! "):
            people[-1].warnings[len(people[-1].posts) - 1] = line[2:]
        elif line.startswith("~ "):
            people[-1].drafts.append(line[2:].split(" ~ "))
        else:
            people[-1].posts.append(line)
    return people


def _spread_over_the_year(people, rng):
    for person in people:
        late, hour = rng.uniform(0, 0.04), rng.choice([7.5, 12.5, 17, 19, 21])
        for number in range(len(person.posts)):
            part = late + (1 - late) * (number + rng.uniform(0.2, 0.8)) / len(person.posts)
            # More frequent towards today, as on a growing site.
            person.ages.append(_at_an_hour((1 - part) ** 1.5 * YEAR, rng.gauss(hour, 2.5), rng))
        person.ages.sort(reverse=True)


def _at_an_hour(age, hour, rng):
    """About `age` ago, at a time of day when people are awake."""
    time_of_day = timedelta(hours=hour if 6 <= hour <= 24 else rng.uniform(6, 24))
    moved = timedelta(days=age.days) + TIME_OF_THE_RUN - time_of_day
    return moved if moved > timedelta() else moved + timedelta(days=1)


def _make_follow(people, rng):
    """People follow those they mention, mostly people who write in their language, and a few popular ones."""
    popularity = {person: rng.lognormvariate(0, 0.9) for person in people}
    for person in people:
        mentioned = person.mentioned
        draws = {}
        for other in people:
            if other is not person:
                liking = popularity[other] * (5 if other.language == person.language else 1)
                # The greatest keys form a weighted sample without replacement (Efraimidis and Spirakis, 2006).
                draws[other] = rng.random() ** (1 / (liking + 100 * (other.username.lower() in mentioned)))
        number = FOLLOWED_BY_THE_VISITOR if person is people[0] else rng.choice(FOLLOWED_BY_MOST)
        person.follows = nlargest(number, draws, key=draws.get)
