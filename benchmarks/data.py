"""Writes a community into the site's database, as fast as the database allows: `fill(SIZES["M"])`."""

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import batched, chain, cycle

import numpy as np
from django.contrib.auth.hashers import make_password
from django.core.management.color import no_style
from django.db import connection, transaction

from accounts import markup
from accounts.models import User
from microblog_site.sqlite_import import FOREIGN_KEYS_AND_INDEXES
from posts import demo
from posts.models import Bookmark, Like, NewestPost, Post, PostVersion
from posts.translation.tests.sentences import sentences
from social.models import Block, Follow, Mute

from . import readers
from .community import Community

PASSWORD = "correct horse battery"  # everybody's
SALT = "one_for_all_of_them_here"

START, END = datetime(2023, 11, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
TEXTS = 100  # distinct texts per language
LENGTHS = (21, 140)  # characters; the last one may be a space

BATCH_SIZE = 10_000  # rows
CACHE = 250_000  # KB: all indexes of SQLite fit in


MODELS = [User, Follow, Block, Mute, Post, Like, Bookmark, PostVersion, NewestPost]
WRITTEN = ["id", "author_id", "hidden", "created_at", "submission", "language", "body", "html", "version", "edited_at"]
RELATED = [
    "in_reply_to_id",
    "conversation_id",
    "other_author_id",
    "repost_of_id",
    "quote_of_id",
    "is_quote",
    "owner_id",
]
COUNTERS = ["replies_count", "reposts_count", "quotes_count", "likes_count"]
POST = [*WRITTEN, *RELATED, *COUNTERS]


def fill(size):
    """The database must have its tables, but no people."""
    community = Community(size)
    with transaction.atomic(), connection.cursor() as cursor:
        User.objects.bulk_create(people(community), BATCH_SIZE)
        put_back = speed_up(cursor)
        write(cursor, Follow, [*pair("follower", "followed"), "hides_reposts"], follows(community))
        write(cursor, Block, pair("blocker", "blocked"), relations(community, community.blocks))
        write(cursor, Mute, pair("muter", "muted"), relations(community, community.mutes))
        write(cursor, Post, POST, posts(community))
        for mark, marks in ((Like, community.talk.likes), (Bookmark, community.talk.bookmarks)):
            write(cursor, mark, pair("post", "user"), relations(community, marks))
        write(
            cursor, PostVersion, ["post_id", "body", "language", "content_warning", "written_at"], versions(community)
        )
        write(cursor, NewestPost, ["author_id", "post_id"], newest_posts(community))
        put_back += connection.ops.sequence_reset_sql(no_style(), MODELS)
        # PostgreSQL updates its statistics automatically; SQLite has none, as on a production site.
        for statement in [*put_back, *(["ANALYZE"] if connection.vendor == "postgresql" else [])]:
            cursor.execute(statement)


def speed_up(cursor):
    """Speed up inserts. Returns the statements that revert this."""
    if connection.vendor != "postgresql":
        cursor.execute(f"PRAGMA cache_size = -{CACHE}")
        return []
    tables = [model._meta.db_table for model in MODELS[1:]]
    found = cursor.execute(FOREIGN_KEYS_AND_INDEXES, {"tables": tables}).fetchall()
    for drop, _make in found:
        cursor.execute(drop)
    return [make for _drop, make in found]


def write(cursor, model, columns, rows):
    table, names = model._meta.db_table, ", ".join(columns)
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        insert = f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(columns))})"
        for batch in batched(rows, BATCH_SIZE):
            cursor.executemany(insert, batch)


def people(community):
    """People named like those of the demo, with counters that match the other tables."""
    number = community.size.people
    follower, followed = community.split(community.follows)
    counted = {
        "posts_count": community.authors[~community.is_hidden & (community.talk.reposted < 0)],
        "followers_count": followed,
        "following_count": follower,
    }
    counts = {name: np.bincount(who, minlength=number).tolist() for name, who in counted.items()}
    password, suspended = make_password(PASSWORD, SALT), set(community.suspended.tolist())
    everybody = zip(range(number), cycle(demo.community()), cycle(sorted(vocabulary())), strict=False)
    for person, model, language in everybody:
        username = readers.NAMES[person] if person < len(readers.NAMES) else f"{model.username}_{person}"
        yield User(
            pk=person + 1,
            username=username,
            email=f"{username}@example.org",
            email_confirmed_at=START,
            password=password,
            display_name=model.name,
            about_me=model.about,
            written_languages=[language],
            date_joined=START - timedelta(minutes=number - person),
            suspended_at=START if person in suspended else None,
            **{counter: numbers[person] for counter, numbers in counts.items()},
        )


def pair(one, other):
    return ["id", f"{one}_id", f"{other}_id", "created_at"]


def relations(community, pairs):
    for numbers, ids, times in batches(len(pairs)):
        ones, others = community.split(pairs[numbers])
        yield from zip(ids, (ones + 1).tolist(), (others + 1).tolist(), times, strict=True)


def follows(community):
    hides_reposts = community.talk.hides_reposts.tolist()
    return ((*row, hides) for row, hides in zip(relations(community, community.follows), hides_reposts, strict=True))


def posts(community):
    talk, texts = community.talk, vocabulary()
    languages, related = sorted(texts), conversations(community)
    for numbers, ids, times in batches(community.size.posts):
        authors = community.authors[numbers]
        chosen = community.rng.integers(TEXTS, size=len(numbers)).tolist()
        submissions = community.rng.bytes(16 * len(numbers)).hex()
        is_written = (talk.reposted[numbers] < 0).tolist()
        flags = zip(talk.is_hidden[numbers].tolist(), talk.is_edited[numbers].tolist(), is_written, strict=True)
        rows = zip(ids, authors.tolist(), flags, times, chosen, strict=True)
        for place, (pk, author, (is_hidden, is_edited, is_written), time, text) in enumerate(rows):
            language = languages[author % len(languages)]
            submission = submissions[32 * place : 32 * place + 32]
            written = (language, *texts[language][text]) if is_written else ("", "", "")
            edit = (2, time) if is_edited else (1, None)
            yield pk, author + 1, is_hidden, time, submission, *written, *edit, *next(related)


def conversations(community):
    """What each post refers to, and its counters: the columns `RELATED` and `COUNTERS`."""
    talk, authors = community.talk, community.authors
    other = np.where(talk.answered >= 0, talk.answered, talk.reposted)
    began = np.where(talk.answered >= 0, talk.began, -1)
    people = np.where(other >= 0, authors[other], -1)
    related = [talk.answered, began, people, talk.reposted, talk.quoted, talk.quoted >= 0, talk.owners]
    likes = np.bincount(community.split(talk.likes)[0], minlength=len(authors))
    reposts = np.bincount(talk.reposted[talk.reposted >= 0], minlength=len(authors))
    counts = [talk.counts(talk.answered), reposts, talk.counts(talk.quoted), likes]
    for numbers, _ids, _times in batches(len(authors)):
        columns = [as_ids(column[numbers]) for column in related] + [column[numbers].tolist() for column in counts]
        yield from zip(*columns, strict=True)


def as_ids(numbers):
    """Ids of these numbers, None for -1; truth values as they are."""
    if numbers.dtype == bool:
        return numbers.tolist()
    return [number + 1 if number >= 0 else None for number in numbers.tolist()]


def versions(community):
    texts = vocabulary()
    languages = sorted(texts)
    for number in np.flatnonzero(community.talk.is_edited).tolist():
        language = languages[community.authors[number] % len(languages)]
        yield number + 1, texts[language][0][0], language, "", START


def newest_posts(community):
    newest = np.zeros(community.size.people, np.int64)
    np.maximum.at(newest, community.authors, np.arange(1, len(community.authors) + 1))
    return ((person + 1, pk) for person, pk in enumerate(newest.tolist()) if pk)


def batches(total):
    """Split this many rows into batches: their numbers from 0, ids, and times, spread evenly over the years."""
    first_second, seconds = int(START.timestamp()), int((END - START).total_seconds())
    for first in range(0, total, BATCH_SIZE):
        numbers = np.arange(first, min(first + BATCH_SIZE, total))
        times = (first_second + numbers * seconds // total).astype("datetime64[s]").astype(str)
        yield numbers, (numbers + 1).tolist(), [time.replace("T", " ") for time in times.tolist()]


@cache
def vocabulary():
    """Texts in each language: all lengths, joined and cut from sentences, with their HTML."""
    said = defaultdict(list)
    of_the_demo = ((person.language, post) for person in demo.community() for post in person.posts)
    for language, sentence in chain(sentences(), of_the_demo):
        said[language].append(sentence)
    rng = random.Random(1886)
    return {language: with_html([cut(rng, said[language]) for _text in range(TEXTS)]) for language in said}


def cut(rng, sentences):
    length, text = rng.randint(*LENGTHS), ""
    while len(text) < length:
        text += f"{rng.choice(sentences)} "
    return text[:length].strip()


def with_html(bodies):
    return list(zip(bodies, markup.render_all(bodies), strict=True))
