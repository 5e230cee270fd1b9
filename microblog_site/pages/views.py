from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from .models import Page


@login_not_required
@require_safe
def page(request, name):
    return render(request, "pages/page.html", {"page": Page.objects.for_reader(name, get_language())})
