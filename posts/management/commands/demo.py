import secrets
from datetime import timedelta
from operator import attrgetter

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import markup
from accounts.models import User
from microblog_site import running
from microblog_site.env import env
from posts import counters, demo
from posts.models import Post, digest_of
from social.models import Follow

DOMAIN = "@demo.invalid"  # reserved by RFC 2606: no mail can reach it


def site_url():
    """The site's URL: from the environment if set, else that of the running site."""
    is_told = env.str("SITE_URL") or env.str("PORT")
    return settings.SITE_URL if is_told else running.url_of(settings.DATA_DIR) or settings.SITE_URL


class Command(BaseCommand):
    help = "Fill an empty site with a sample community: people, a year of posts in many languages, and follows."

    def handle(self, **options):
        if User.objects.exclude(email__endswith=DOMAIN).exists():
            raise CommandError("There are people on this site already. The demo needs an empty one.")
        if User.objects.exists():
            self.stdout.write("The demo is already there.")
            return
        password = secrets.token_urlsafe(12)
        visitor = self.fill(demo.community(), password)
        self.stdout.write(f"{User.objects.count()} people have written {Post.objects.count()} posts.")
        self.stdout.write(f"Log in at {site_url()}{reverse('login')} as {visitor.username}, password {password}")

    @transaction.atomic
    def fill(self, community, password):
        """Returns the person that visitors log in as."""
        now = timezone.now()
        users = self.users(community, now)
        users[0].set_password(password)
        people = dict(zip(community, User.objects.bulk_create(users), strict=True))
        Post.objects.bulk_create(self.posts(people, now))
        Follow.objects.bulk_create(self.follows(people, now))
        counters.recount()
        return users[0]

    def users(self, community, now):
        interface_languages = dict(settings.LANGUAGES)
        return [
            User(
                username=person.username,
                email=f"{person.username}{DOMAIN}",
                email_confirmed_at=now,
                password=make_password(None),
                display_name=person.name,
                about_me=person.about,
                language=person.language if person.language in interface_languages else "",
                written_languages=[person.language],
                date_joined=now - person.ages[0] - timedelta(minutes=len(person.about)),
                last_seen=now - person.ages[-1] / 2,
            )
            for person in community
        ]

    def posts(self, people, now):
        """Everybody's posts in the order they were written, so that ids follow time."""
        posts = [
            Post(author=user, body=body, language=person.language, created_at=now - age)
            for person, user in people.items()
            for age, body in zip(person.ages, person.posts, strict=True)
        ]
        for post, html in zip(posts, markup.render_all([post.body for post in posts]), strict=True):
            post.html, post.digest = html, digest_of(post.body, post.language)
        return sorted(posts, key=attrgetter("created_at"))

    def follows(self, people, now):
        """Each person's follows, spread over the time since the later of the two joined."""
        follows = []
        for person, user in people.items():
            for number, other in enumerate(person.follows, start=1):
                since = min(person.ages[0], other.ages[0]) * (1 - number / (len(person.follows) + 1))
                follows.append(Follow(follower=user, followed=people[other], created_at=now - since))
        return sorted(follows, key=attrgetter("created_at"))
