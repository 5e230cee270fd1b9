"""What moderators read around a post."""

from django.db.models import Q

SHOWN_ABOVE, SHOWN_BELOW = 5, 5


def around(post):
    """What `post` answers, oldest first, the post that it quotes, and its first replies, as far as their readers could
    be those of `post`; hidden ones, too.
    """
    above, answered = [], post.in_reply_to
    while answered and len(above) < SHOWN_ABOVE:
        above.insert(0, answered)
        answered = answered.in_reply_to
    replies = post.replies.filter(Q(owner=None) | Q(owner=post.owner_id), deleted_at=None)
    below = replies.select_related("author").order_by("pk")[:SHOWN_BELOW]
    return {"above": above, "quoted": post.quote_of, "below": below}
