from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts import avatars
from accounts.access import public_reading
from microblog_site.paging import page_of
from posts.timelines import queries
from social import relationship
from social.access import with_visible_person


@public_reading
@require_safe
@with_visible_person
def profile(request, person):
    page = page_of(queries.profile(person, request.user), request)
    pinned = queries.pinned(person, request.user) if page.is_first else []
    return _render(request, person, page, pinned=pinned)


@public_reading
@require_safe
@with_visible_person
def replies(request, person):
    return _render(request, person, page_of(queries.written(person, request.user), request))


def _render(request, person, page, **context):
    context |= {"page": page, **relationship.context(request.user, person)}
    return render(request, "posts/profile.html", context)


@public_reading
@require_safe
@cache_control(private=True, max_age=3600)
@with_visible_person
def picture(request, person):
    """The avatar, for other sites that show a preview of a link here: not all of them read WebP."""
    if not (jpeg := person.avatar and avatars.jpeg(person.avatar)):
        raise Http404
    return HttpResponse(jpeg, content_type="image/jpeg")
