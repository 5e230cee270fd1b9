from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from accounts.access import writing
from microblog_site.http import form_page, posted, render_form
from microblog_site.limits.rate_limits import limited
from microblog_site.paging import row_id
from moderation.forms import ReportForm
from moderation.models import Report


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
    return render_form(request, "moderation/report.html", form, person=person, post=post, is_open=is_open)


def _reported(request):
    """The person and the post, if any, named in the query string."""
    if "post" in request.GET:
        posts = Report.objects.reportable_posts(request.user).select_related("author")
        post = get_object_or_404(posts.meant_by(row_id(request.GET["post"])))
        return post.author, post
    return get_object_or_404(Report.objects.reportable_people(request.user), pk=row_id(request.GET.get("user"))), None


def _thanks(request, person):
    thanks = _("Thank you. The moderators will look at it and e-mail you the outcome.")
    if request.user.blocking.filter(blocked=person).exists():
        messages.success(request, thanks)
        return redirect("home")
    advice = _("You can also mute or block @%(username)s from the menu on this page.")
    messages.success(request, f"{thanks} {advice % {'username': person.username}}")
    return redirect(person)
