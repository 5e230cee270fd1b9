"""The whole matrix of visibility: every viewer, every place, after every event that can affect a post or its author."""

import re
from collections import defaultdict
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import emails
from accounts.models import User
from accounts.personal_data.forms import DeletionForm
from accounts.tests.factories import PASSWORD, UserFactory
from moderation.forms import ClosingForm
from moderation.models import Report
from posts import counters
from posts.models import Translation
from posts.tests.factories import PostFactory
from social.models import Block, Follow, Mute

AJAX = {"X-Requested-With": "XMLHttpRequest"}
COUNT = re.compile(r"<strong>(\d+)</strong>")
STATE = re.compile(r'class="field-(?:active|is_visible)"><img[^>]* alt="(True|False)"')
NAME = re.compile(r"<bdi>@(\w+)</bdi>")
TEXT, TRANSLATED = "Hoy el puerto está lleno de medusas", "The harbour is full of jellyfish today"

# Who sees the post on their home page (or the welcome page) and on explore, the author's profile with the post, the
# post's own page, its translation, and the author's name in a third person's list of followed people.
USUAL = {
    "author": "home explore profile permalink translation list",
    "follower": "home explore profile permalink translation list",
    "bystander": "explore profile permalink translation list",
    "stranger": "home explore profile permalink translation list",
    "moderator": "explore profile permalink translation list",
    "muter": "profile permalink translation list",
    "former muter": "home explore profile permalink translation list",
    "blocker": "",
    "blocked": "",
    "former blocker": "explore profile permalink translation list",
}
WITHOUT_POST = {viewer: "list" if "list" in places else "" for viewer, places in USUAL.items()}
NOTHING = dict.fromkeys(USUAL, "")
EXPECTED = {
    "nothing": USUAL,
    "hidden": WITHOUT_POST,
    "hidden and shown again": USUAL,
    "withdrawn": WITHOUT_POST,
    "withdrawn and brought back": USUAL,
    "deleted": WITHOUT_POST,
    "suspended": NOTHING,
    "suspended and restored": USUAL,
    "hidden, suspended and restored": WITHOUT_POST,
    "leaving": NOTHING,
    "leaving and back": USUAL,
    "erased": NOTHING,
}

# What moderators see in the lists of people, posts and follows, and on the page of a report about the post.
FOR_MODERATORS = {
    "nothing": ("active", "visible", "follows", "Not edited since then."),
    "hidden": ("active", "not visible", "follows", "Hidden by the moderators."),
    "hidden and shown again": ("active", "visible", "follows", "Not edited since then."),
    "withdrawn": ("active", "not there", "follows", "Deleted."),
    "withdrawn and brought back": ("active", "visible", "follows", "Not edited since then."),
    "deleted": ("active", "not there", "follows", "Deleted."),
    "suspended": ("not active", "not visible", "follows", "(suspended)"),
    "suspended and restored": ("active", "visible", "follows", "Not edited since then."),
    "hidden, suspended and restored": ("active", "not visible", "follows", "Hidden by the moderators."),
    "leaving": ("not active", "not visible", "follows", "(is leaving)"),
    "leaving and back": ("active", "visible", "follows", "Not edited since then."),
    "erased": ("not there", "not there", "no follows", "(has left)"),
}

# The e-mails to the author: those about the event itself, then all that the site could have to send them.
MAILS = {
    "active": ["password_reset", "password_changed", "new_device", "two_factor_changed", "report_outcome", "warning"],
    "suspended": ["two_factor_changed"],
    "leaving": ["leaving", "password_reset", "two_factor_changed"],
    "erased": ["leaving", "left"],
}
SUBJECTS = {
    "Your account on Microblog will be deleted": "leaving",
    "Your account on Microblog was deleted": "left",
    "A new password for Microblog": "password_reset",
    "Your password for Microblog was changed": "password_changed",
    "A new log-in to your account on Microblog": "new_device",
    "Two-step log-in is on · Microblog": "two_factor_changed",
    "Your report on Microblog": "report_outcome",
    "A warning from the moderators of Microblog": "warning",
}


@pytest.fixture
def author(db):
    return UserFactory(username="wilma")


@pytest.fixture
def post(author):
    post = PostFactory(author=author, body=TEXT, language="es")
    columns = {"body": TRANSLATED, "html": TRANSLATED, "digest": post.digest, "made_at": timezone.now()}
    Translation.objects.create(post=post, language="en", source="es", provider="deepl", **columns)
    return post


@pytest.fixture
def third(author):
    """Somebody without blocks or mutes, who follows the author and is followed by them."""
    person = UserFactory(username="thelma")
    Follow.objects.follow(person, author)
    Follow.objects.follow(author, person)
    return person


@pytest.fixture
def viewers(author, moderator):
    """The author's readers; of two other followers, one is suspended and one is leaving."""
    for vanish in (User.suspend, User.request_deletion):
        person = UserFactory(email="", email_confirmed_at=None)
        Follow.objects.follow(person, author)
        Follow.objects.follow(author, person)
        vanish(person)
    people = {
        name: UserFactory(username=name.replace(" ", "_")) for name in USUAL if name not in ("author", "stranger")
    }
    people |= {"author": author, "moderator": moderator}
    for name in ("follower", "muter", "former muter", "blocker", "blocked", "former blocker"):
        Follow.objects.follow(people[name], author)
        Follow.objects.follow(author, people[name])
    Mute.objects.mute(people["muter"], author)
    Mute.objects.mute(people["former muter"], author)
    Mute.objects.unmute(people["former muter"], author)
    Block.objects.block(people["blocker"], author)
    Block.objects.block(author, people["blocked"])
    Block.objects.block(people["follower"], people["bystander"])
    Block.objects.block(people["former blocker"], author)
    Block.objects.unblock(people["former blocker"], author)
    return people


def happens(event, post, run_tasks):
    author = post.author
    for act in event.replace(" and ", ", ").split(", "):
        match act:
            case "hidden":
                post.hide()
            case "shown again":
                post.show()
            case "withdrawn":
                post.withdraw()
            case "brought back":
                post.restore()
            case "deleted":
                post.delete()
            case "suspended":
                author.suspend()
            case "restored":
                author.restore()
            case "leaving":
                leave(author)
            case "back":
                author.cancel_deletion()
            case "erased":
                leave(author)
                erase_everybody_who_leaves(run_tasks)


def leave(author):
    form = DeletionForm(author, {"password": PASSWORD})
    assert form.is_valid()
    form.save()


def erase_everybody_who_leaves(run_tasks):
    from accounts.personal_data.tasks import erase_deleted_accounts

    User.objects.exclude(deletion_requested_at=None).update(deletion_requested_at=timezone.now() - timedelta(days=30))
    erase_deleted_accounts.enqueue()
    run_tasks()


def client_of(viewer):
    client = Client()
    if viewer and User.objects.get(pk=viewer.pk).is_active:
        client.force_login(viewer)
    return client


def places_where_seen(client, post, author, third):
    """The places where the viewer sees the post (or, in the list, its author's name)."""
    profile = f"/@{author.username}/"
    permalink = text_of(client, f"{profile}{post.pk}/?translation=en")
    fragment = client.post(f"/posts/{post.pk}/translation/", headers=AJAX)
    assert fragment.status_code in (200, 404)
    assert (TRANSLATED in fragment.text) == (TRANSLATED in permalink)
    seen = {
        "home": TEXT in text_of(client, reverse("home")),
        "explore": TEXT in text_of(client, reverse("explore")),
        "profile": TEXT in text_of(client, profile),
        "permalink": TEXT in permalink,
        "translation": TRANSLATED in permalink,
        "list": "@wilma" in text_of(client, reverse("following", args=[third.username])),
    }
    return " ".join(place for place, is_seen in seen.items() if is_seen)


def text_of(client, path):
    response = client.get(path)
    assert response.status_code in (200, 404), path
    return response.text


def answers_to_a_script(client, author, post):
    """The status of each act on the author in turn, and of the pages to report them and the post."""
    acts = ("follow", "unfollow", "mute", "unmute", "block", "unblock")
    before = transaction.savepoint_create()
    answers = [client.post(f"/@wilma/{act}/", headers=AJAX).status_code for act in acts]
    transaction.savepoint_rollback(before)
    return answers, [client.get(f"/report/?{query}").status_code for query in (f"user={author.pk}", f"post={post.pk}")]


def expected_answers(name, event):
    is_here = EXPECTED[event] is not NOTHING
    acts = [200 if is_here and USUAL[name] else 404] * 4 + [200 if is_here else 404] * 2
    may_report = is_here and name != "blocked"
    return acts, [200 if may_report else 404, 200 if may_report and EXPECTED[event] is USUAL else 404]


def names_in_lists(client):
    """The names in the lists of the author's followers and of those they follow, where these lists are visible."""
    texts = [client.get(f"/@wilma/{listing}/") for listing in ("followers", "following")]
    return [{*NAME.findall(answer.text.split("<main")[1])} if answer.status_code == 200 else None for answer in texts]


def expected_names(name, event):
    if EXPECTED[event] is NOTHING or not USUAL[name]:
        return [None, None]
    people = {"follower", "muter", "former_muter", "thelma"}
    return [people - {"follower"} if name == "bystander" else people] * 2


def assert_that_counters_are_right(client, *people):
    for person in people:
        person.refresh_from_db()
        if person.is_active:
            shown = client.get(person.get_absolute_url()).text.split('class="counts"')[1].split("</ul>")[0]
            true_counts = [person.posts.filter(hidden=False), person.followers, person.following]
            assert [int(count) for count in COUNT.findall(shown)] == [rows.count() for rows in true_counts]
    assert counters.recount() == (User.objects.count(), 0)


def what_moderators_read(client, author, post, report):
    def listed(model, **query):
        return client.get(reverse(f"admin:{model}_changelist"), query)

    def state(response, word):
        states = {"True": word, "False": f"not {word}"}
        return [states[found] for found in STATE.findall(response.text)] or ["not there"]

    follows = [reverse("admin:social_follow_change", args=[pk]) for pk in Follow.objects.values_list("pk", flat=True)]
    shown = listed("social_follow", q=str(author)).text
    excerpts = [other.excerpt for other in listed("moderation_report", q=str(author)).context["cl"].result_list]
    assert excerpts == ([""] if author.erased_at else [TEXT])
    return (
        *state(listed("accounts_user", q="wilma"), "active"),
        *state(listed("posts_post", q=f"/@wilma/{post.pk}/"), "visible"),
        "follows" if any(path in shown for path in follows) else "no follows",
        client.get(reverse("admin:moderation_report_change", args=[report.pk])).text,
    )


def close(report, moderator, outcome, note, message=""):
    form = ClosingForm({"outcome": outcome, "note": note, "message": message})
    assert form.is_valid()
    return form.save(report, moderator)


def mails_after(author, email, moderator, reports, run_tasks):
    """All e-mails that the site could have to send to the author and to the reporters; by address."""
    about_author, by_author = (Report.objects.get(pk=report.pk) for report in reports)
    emails.send_password_reset.enqueue(email, "en")
    emails.send_password_changed.enqueue(author.pk, "en")
    emails.send_new_device.enqueue(author.pk, "Firefox", "192.0.2.7", timezone.now().isoformat(), "en")
    emails.send_two_factor_changed.enqueue(author.pk, "on", "en")
    close(by_author, moderator, "dismissed", "Harmless")
    if not close(about_author, moderator, "warned", "Not nice", "Be nice"):
        close(about_author, moderator, "dismissed", "Nobody to warn")
    run_tasks()
    received = defaultdict(list)
    for letter in mail.outbox:
        received[letter.to[0]].append(SUBJECTS[letter.subject])
    return received


@pytest.fixture
def reports(author, post, third, viewers):
    """One report about the author's post, one by the author."""
    Report.objects.file(viewers["follower"], author, post, reason="spam", language="en")
    Report.objects.file(author, third, reason="spam", language="en")
    return list(Report.objects.order_by("pk"))


# Similar events lead to the same queries: one of each kind is tested on each database.
ON_EACH_DATABASE = ("hidden", "suspended and restored", "erased")
EVENTS = [
    pytest.param(event, marks=[] if event in ON_EACH_DATABASE else pytest.mark.any_database) for event in EXPECTED
]


@pytest.mark.parametrize("event", EVENTS)
def test_who_sees_what(event, author, post, third, viewers, reports, moderator, boss_client, run_tasks):
    pk, email = post.pk, author.email
    happens(event, post, run_tasks)
    post.pk = pk
    names = [name for name in USUAL if not (name == "author" and EXPECTED[event] is NOTHING)]
    clients = {name: client_of(viewers.get(name)) for name in names}

    seen = {name: places_where_seen(clients[name], post, author, third) for name in names}
    assert seen == {name: EXPECTED[event][name] for name in names}

    others = ["follower", "bystander", "blocker", "blocked"]
    lists = {name: names_in_lists(clients[name]) for name in (*others, "stranger")}
    assert lists == {name: expected_names(name, event) for name in lists}

    answers = {name: answers_to_a_script(clients[name], author, post) for name in others}
    assert answers == {name: expected_answers(name, event) for name in others}

    assert_that_counters_are_right(clients["stranger"], author, third, viewers["blocked"])

    *states, page = what_moderators_read(boss_client, author, post, reports[0])
    assert tuple(states) == FOR_MODERATORS[event][:-1]
    assert FOR_MODERATORS[event][-1] in page

    expected = {email: MAILS.get(event, MAILS["active"]), viewers["follower"].email: ["report_outcome"]}
    assert mails_after(author, email, moderator, reports, run_tasks) == expected
