"""One of several processes in which people act at random through the views; `test_crowd` starts them.

`python -m tests.crowd <database> <seed> <steps> <translator>` prints a JSON object: the number of responses to each act
by status, and anything somebody saw that they must not. `translator` is the URL of a stand-in for LibreTranslate.
"""

import json
import random
import re
import sys
from collections import Counter
from contextlib import contextmanager

import django
from django.conf import settings
from django.test.utils import setup_test_environment

ARTICLE = re.compile(r'<article[^>]* id="post-(\d+)"')
PASSWORD = "correct horse battery"


class Crowd:
    def __init__(self, seed, steps):
        from accounts.models import User

        self.random = random.Random(seed)
        self.steps = steps
        self.people = list(User.objects.filter(is_staff=False).order_by("pk").values_list("pk", flat=True))
        self.moderator = User.objects.filter(is_staff=True).get()
        self.answers = Counter()
        self.seen_wrongly = []

    def run(self):
        acts = {
            self.write: 20,
            self.edit: 6,
            self.translate: 10,
            self.delete: 5,
            self.bring_back: 5,
            self.save_draft: 6,
            self.send_draft: 4,
            self.follow: 20,
            self.unfollow: 6,
            self.block: 6,
            self.unblock: 4,
            self.mute: 4,
            self.unmute: 2,
            self.rename: 3,
            self.report: 4,
            self.hide_or_show: 5,
            self.suspend: 2,
            self.restore: 2,
            self.leave: 1,
            self.come_back: 3,
            self.read: 25,
        }
        steps = [*acts, *self.random.choices(list(acts), weights=acts.values(), k=self.steps - len(acts))]
        self.random.shuffle(steps)
        for act in steps:
            act()
        return {
            "answers": {" ".join(map(str, key)): count for key, count in self.answers.items()},
            "seen_wrongly": self.seen_wrongly,
        }

    # People and posts

    def person(self):
        from accounts.models import User

        return User.objects.get(pk=self.random.choice(self.people))

    def somebody_s_post(self, author=None):
        from posts.models import Post

        posts = Post.objects.filter(author=author) if author else Post.objects.all()
        ids = list(posts.order_by("-pk").values_list("pk", flat=True)[:50])
        return self.random.choice(ids) if ids else 0

    @contextmanager
    def client(self, person):
        from django.test import Client

        client = Client(raise_request_exception=False, REMOTE_ADDR=f"10.0.{person.pk // 250}.{person.pk % 250 + 1}")
        if person.is_active:
            client.force_login(person)
        yield client

    def note(self, act, response):
        self.answers[act, response.status_code] += 1
        return response

    def post(self, act, person, path, data=None):
        with self.client(person) as client:
            return self.note(act, client.post(path, data or {}))

    # Acts

    def write(self):
        body = {"body": f"Number {self.random.random()} of @susan", "language": self.language()}
        self.post("write", self.person(), "/posts/", body)

    def edit(self):
        person = self.person()
        path = f"/posts/{self.somebody_s_post(person)}/edit/"
        self.post("edit", person, path, {"body": f"Now {self.random.random()}", "language": self.language()})

    def language(self):
        return self.random.choice(["en", "ja", "es"])

    def translate(self):
        person, pk = self.person(), self.somebody_s_post()
        before = self.hidden_from(person)
        with self.client(person) as client:
            headers = {"X-Requested-With": "XMLHttpRequest"}
            response = self.note("translate", client.post(f"/posts/{pk}/translation/", headers=headers))
        if response.status_code == 200:
            self.note_if_hidden({pk}, person, before)

    def delete(self):
        person = self.person()
        self.post("delete", person, f"/posts/{self.somebody_s_post(person)}/delete/")

    def bring_back(self):
        """What this person deleted, perhaps by another process, or did not."""
        person = self.person()
        pk = self.somebody_s_post(person)
        for act in ("delete", "undelete"):
            self.post(act, person, f"/posts/{pk}/{act}/")

    def save_draft(self):
        person = self.person()
        written = {
            "body": f"Perhaps {self.random.random()}",
            "body_2": "Or not",
            "draft": self.somebody_s_draft(person),
        }
        self.post("save draft", person, "/drafts/", written | {"in_reply_to": self.somebody_s_post()})

    def send_draft(self):
        person = self.person()
        with self.client(person) as client:
            form = (client.get(f"/compose/?draft={self.somebody_s_draft(person)}").context or {}).get("form")
            if form:
                fields = ("body", "body_2", "in_reply_to", "draft", "submission")
                sent = {name: form[name].value() or "" for name in fields}
                self.note("send draft", client.post("/posts/", sent))

    def somebody_s_draft(self, author):
        ids = list(author.drafts.values_list("pk", flat=True)) if author.is_active else []
        return self.random.choice(ids) if ids else 0

    def relate(self, act):
        self.post(act, self.person(), f"/@{self.person().username}/{act}/")

    def follow(self):
        self.relate("follow")

    def unfollow(self):
        self.relate("unfollow")

    def block(self):
        self.relate("block")

    def unblock(self):
        self.relate("unblock")

    def mute(self):
        self.relate("mute")

    def unmute(self):
        self.relate("unmute")

    def rename(self):
        name = f"name_{self.random.randrange(150)}"
        self.post("rename", self.person(), "/settings/profile/", {"username": name, "display_name": name.title()})

    def report(self):
        path = f"/report/?post={self.somebody_s_post()}"
        self.post("report", self.person(), path, {"reason": "spam", "comment": "Look at this"})

    def hide_or_show(self):
        action = self.random.choice(["hide", "show"])
        self.moderate(action, "/admin/posts/post/", self.somebody_s_post())

    def suspend(self):
        self.moderate("suspend", "/admin/accounts/user/", self.random.choice(self.people))

    def restore(self):
        self.moderate("restore", "/admin/accounts/user/", self.random.choice(self.people))

    def moderate(self, action, path, pk):
        self.post(action, self.moderator, path, {"action": action, "_selected_action": pk, "reason": "By lot"})

    def leave(self):
        self.post("leave", self.person(), "/settings/account/delete/", {"password": PASSWORD})

    def come_back(self):
        from accounts.models import User

        leaving = list(User.objects.filter(deletion_requested_at__isnull=False, suspended_at=None)[:20])
        if leaving:
            person = self.random.choice(leaving)
            with self.client(person) as client:
                self.note("come back", client.post("/login/", {"username": person.username, "password": PASSWORD}))

    # Reading

    def read(self):
        person = self.person()
        paths = ["/", "/explore/", f"/@{self.person().username}/", f"/@{self.person().username}/followers/"]
        before = self.hidden_from(person)
        with self.client(person) as client:
            response = self.note("read", client.get(self.random.choice(paths)))
        self.note_if_hidden(set(map(int, ARTICLE.findall(response.text))), person, before)

    def note_if_hidden(self, seen, person, before):
        """Posts hidden both before and after were hidden in between, except if changed back and forth for a moment."""
        for pk in seen & before & self.hidden_from(person):
            self.seen_wrongly.append({"by": person.pk, "post": pk})

    def hidden_from(self, person):
        """The ids of posts that `person` must not see, computed without the code under test."""
        from django.db import connection

        if not person.is_active:
            person.pk = 0
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT post.id FROM posts_post post JOIN accounts_user author ON author.id = post.author_id
                WHERE post.hidden OR NOT author.is_active OR EXISTS (
                    SELECT 1 FROM social_block WHERE (blocker_id = author.id AND blocked_id = %s)
                                                  OR (blocked_id = author.id AND blocker_id = %s))
                """,
                [person.pk, person.pk],
            )
            return {pk for (pk,) in cursor.fetchall()}


def main(database, seed, steps, translator):
    settings.DATABASES["default"]["NAME"] = database
    settings.LIMITS = {action: dict.fromkeys(limits) for action, limits in settings.LIMITS.items()}
    settings.LOGGING = {"version": 1}
    settings.TRANSLATOR, settings.TRANSLATOR_URL = "libretranslate", translator
    django.setup()
    setup_test_environment()
    print(json.dumps(Crowd(int(seed), int(steps)).run()))


if __name__ == "__main__":
    main(*sys.argv[1:])
