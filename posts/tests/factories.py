import factory

from accounts.tests.factories import UserFactory
from posts.models import Post

PUBLISHED = {"submission", "in_reply_to", "quote_of", "for_followers", "content_warning"}


class PostFactory(factory.django.DjangoModelFactory):
    """A post written as the site does it, with its HTML and its author's counter."""

    class Meta:
        model = Post

    author = factory.SubFactory(UserFactory)
    body = factory.Sequence("The tide turned {} times.".format)
    language = "en"

    @classmethod
    def _create(cls, model_class, author, body, language, **columns):
        more = {name: columns.pop(name) for name in PUBLISHED & columns.keys()}
        post = model_class.objects.publish(author, body, language, **more)
        if columns.pop("hidden", False):
            post.hide()
        if columns:
            model_class.objects.filter(pk=post.pk).update(**columns)
            post.refresh_from_db(fields=list(columns))
        return post
