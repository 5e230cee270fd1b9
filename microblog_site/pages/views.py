from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from microblog_site.http import is_ajax

from .models import Page


@login_not_required
@require_safe
def page(request, name):
    return render(request, "pages/page.html", {"page": Page.objects.for_reader(name, get_language())})


@require_safe
@vary_on_headers("X-Requested-With")
def keyboard(request):
    """The keys of shortcuts.js."""
    return render(request, "pages/keyboard.html#dialog" if is_ajax(request) else "pages/keyboard.html")
