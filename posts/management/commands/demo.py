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
from posts.demo.conversation import conversation
from posts.models import Draft, Like, NewestPost, Post, digest_of
from social.models import Follow

DOMAIN = "@demo.invalid"  # reserved by RFC 2606: no mail can reach it


def site_url():
    """The site's URL: from the environment if set, else that of the running site."""
    is_told = env.str("SITE_URL") or env.str("PORT")
    return settings.SITE_URL if is_told else running.url_of(settings.DATA_DIR) or settings.SITE_URL


class Command(BaseCommand):
    help = "Fill an empty site with a sample community: people, a year of conversations in many languages, and follows."

    def handle(self, **options):
        if User.objects.exclude(email__endswith=DOMAIN).exists():
            raise CommandError("There are people on this site already. The demo needs an empty one.")
        if User.objects.exists():
            self.stdout.write("The demo is already there.")
            return
        password = secrets.token_urlsafe(12)
        visitor = self.fill(demo.community(), password)
        written = Post.objects.filter(repost_of=None).count()
        self.stdout.write(f"{User.objects.count()} people have written {written} posts.")
        self.stdout.write(f"Log in at {site_url()}{reverse('login')} as {visitor.username}, password {password}")

    @transaction.atomic
    def fill(self, community, password):
        """Returns the person that visitors log in as."""
        now = timezone.now()
        texts = conversation(community)
        users = self.users(community, {text.author: text.age for text in texts}, now)
        users[0].set_password(password)
        people = dict(zip(community, User.objects.bulk_create(users), strict=True))
        self.publish(texts, {user.username: user for user in users}, now)
        Follow.objects.bulk_create(self.follows(people, now))
        drafts = [Draft(author=user, texts=texts) for person, user in people.items() for texts in person.drafts]
        Draft.objects.bulk_create(drafts)
        counters.recount()
        counters.recount_posts()
        return users[0]

    def users(self, community, silent_for, now):
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
                last_seen=now - silent_for[person.username] / 2,
            )
            for person in community
        ]

    def publish(self, texts, users, now):
        """What everybody wrote, reposted and liked, in this order, so that ids follow time."""
        made = {}
        for text, html in zip(texts, markup.render_all([text.body for text in texts]), strict=True):
            answered, quoted, repeated = map(made.get, (text.answers, text.quotes, text.repeats))
            columns = {"body": text.body, "language": text.language, "content_warning": text.warning, "html": html}
            columns |= {"created_at": now - text.age, "pinned_at": now if text.is_pinned else None}
            columns |= {"in_reply_to": answered, "quote_of": quoted, "for_followers": text.is_for_followers}
            post = made[text] = Post.new(users[text.author], **columns, digest=digest_of(text.body, text.language))
            if repeated:
                post.repost_of, post.other_author_id = repeated, repeated.author_id
            post.save(force_insert=True)
        newest = {post.author_id: post.pk for post in made.values()}
        NewestPost.objects.bulk_create(NewestPost(author_id=author, post_id=pk) for author, pk in newest.items())
        Like.objects.bulk_create(
            Like(user=users[name], post=post) for text, post in made.items() for name in text.liked_by
        )

    def follows(self, people, now):
        """Each person's follows, spread over the time since the later of the two joined."""
        follows = []
        for person, user in people.items():
            for number, other in enumerate(person.follows, start=1):
                since = min(person.ages[0], other.ages[0]) * (1 - number / (len(person.follows) + 1))
                follows.append(Follow(follower=user, followed=people[other], created_at=now - since))
        return sorted(follows, key=attrgetter("created_at"))
