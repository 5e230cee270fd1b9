"""What the community does with its posts: answers and quotes are in the files, likes and reposts are generated here."""

import random
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(eq=False)
class Text:
    author: str
    body: str
    language: str
    age: timedelta
    warning: str = ""
    answers: "Text | None" = None
    quotes: "Text | None" = None
    repeats: "Text | None" = None
    is_for_followers: bool = False
    is_pinned: bool = False
    liked_by: list[str] = field(default_factory=list)


def conversation(people):
    """All that `people` wrote and reposted, always the same, from the oldest to the newest."""
    rng = random.Random(1958)  # noqa: S311
    followers = {person.username: [other for other in people if person in other.follows] for person in people}
    texts = []
    for person in people:
        own = [
            Text(person.username, body, person.language, age, person.warnings.get(number, ""))
            for number, (body, age) in enumerate(zip(person.posts, person.ages, strict=True))
        ]
        for number, text in enumerate(own):
            answers = list(_answers(text, person.answers[number], rng))
            text.is_for_followers = not answers and rng.random() < 0.03
            text.is_pinned = rng.random() < 0.02
            texts += [text, *answers]
    for text in [*texts]:
        texts += _react(text, followers[text.author], rng)
    return sorted(texts, key=lambda text: text.age, reverse=True)


def _answers(text, lines, rng):
    """`lines` are the signs that say what they answer or quote, the author and the text."""
    thread = [text]
    for signs, author, body in lines:
        above = thread[len(signs) - 1]
        answer = Text(author, body, text.language, _later(above.age, 9 if author == above.author else 120, rng))
        setattr(answer, "quotes" if signs == '"' else "answers", above)
        thread[len(signs) :] = [answer]
        yield answer


def _react(text, followers, rng):
    """Have some of the author's followers like `text`; yield what a few repost of those who were there already."""
    appeal = rng.betavariate(1, 6)
    for follower in followers:
        if rng.random() < appeal:
            text.liked_by.append(follower.username)
            if not text.is_for_followers and follower.ages[0] > text.age and rng.random() < appeal / 3:
                yield Text(follower.username, "", "", _later(text.age, 400, rng), repeats=text)


def _later(age, minutes, rng):
    return age - min(timedelta(minutes=rng.expovariate(1 / minutes)), age * 0.8)
