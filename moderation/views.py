from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from accounts.access import writing
from microblog_site.http import form_page, is_ajax, next_page, posted, referer_path, render_form
from microblog_site.limits.rate_limits import limited
from microblog_site.paging import row_id
from microblog_site.said import fragments, say
from moderation.forms import ReportForm
from moderation.models import Report
from social.models import Mute
from social.views.answers import act


def _form_again(request, refusal):
    return _form(request, ReportForm(request.POST).refuse(refusal), *_reported(request))


@form_page
@limited("report", otherwise=_form_again)
@writing
def report(request):
    person, post = _reported(request)
    form = ReportForm(posted(request)[0])
    if not form.is_valid():
        return _form(request, form, person, post)
    try:
        form.save(request.user, person, post)
    except ObjectDoesNotExist as gone:
        raise Http404 from gone
    return _thanks(request, person)


def _form(request, form, person, post):
    is_open = Report.objects.open_by(request.user, person, post).exists()
    back = next_page(request) if form.is_bound else referer_path(request)
    template = "moderation/report.html#form" if is_ajax(request) else "moderation/report.html"
    return render_form(request, template, form, person=person, post=post, is_open=is_open, back=back)


def _reported(request):
    """The person and the post, if any, named in the query string."""
    if "post" in request.GET:
        posts = Report.objects.reportable_posts(request.user).select_related("author")
        post = get_object_or_404(posts.meant_by(row_id(request.GET["post"])))
        return post.author, post
    return get_object_or_404(Report.objects.reportable_people(request.user), pk=row_id(request.GET.get("user"))), None


def _thanks(request, person):
    """Back to where the reader was, with what they can do about the person themselves, unless they have done it."""
    reader, names, acts = request.user, {"username": person.username}, []
    is_blocked = reader.blocking.filter(blocked=person).exists()
    if not is_blocked:
        if not Mute.objects.find(reader, person):
            acts.append(act("mute", person, _("Mute @%(username)s") % names))
        acts.append(act("block", person, _("Block @%(username)s") % names))
    say(request, _("Thank you. The moderators will look at it and e-mail you the outcome."), *acts)
    if is_ajax(request):
        return fragments(request)
    return redirect(next_page(request) or ("home" if is_blocked else person))
