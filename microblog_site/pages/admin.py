"""Where administrators write the pages about, rules, privacy and contact."""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from microblog_site.forms import PlainTextField
from microblog_site.pages.models import Page


class PlaceForm(forms.Form):
    """Choose the page and its language."""

    name = forms.ChoiceField(label=_("Page"), choices=Page.Name)
    language = forms.ChoiceField(label=_("Language"), choices=lambda: settings.LANGUAGES)


class PageForm(forms.ModelForm):
    language = forms.ChoiceField(label=_("Language"), choices=lambda: settings.LANGUAGES)
    body = PlainTextField(
        label=_("Text"),
        limit="PAGE_MAX_LENGTH",
        widget=forms.Textarea(attrs={"rows": 30, "class": "vLargeTextField", "dir": "auto"}),
        help_text=_(
            "In Markdown: an empty line starts a new paragraph, ## a heading and - a list item. **This is bold**. "
            "Links look [like this](https://town.example) or [like this](mailto:mail@town.example). "
            "You can use tables, but not pictures or HTML."
        ),
    )

    class Meta:
        model = Page
        fields = ["name", "language", "body"]


@admin.register(Page)
class PageAdmin(admin.ModelAdmin):
    """One text per page and language. Without one, people see the built-in text."""

    form = PageForm
    list_display = ["name", "language_name", "changed_at"]
    list_filter = ["name"]
    ordering = ["name", "language"]
    view_on_site = False  # it would show the administrator's language

    class Media:
        css = {"all": ["admin.css"]}

    def get_fields(self, request, obj=None):
        return ["name", "language_name", "body", "preview", "changed_at"] if obj else ["name", "language", "body"]

    def get_readonly_fields(self, request, obj=None):
        return ["name", "language", "language_name", "preview", "changed_at"] if obj else []

    def add_view(self, request, form_url="", extra_context=None):
        """First the choice of page and language; then the form, prefilled with the current text."""
        if request.method == "POST" or not self.has_add_permission(request):
            return super().add_view(request, form_url, extra_context)
        place = PlaceForm(request.GET or None)
        if not place.is_valid():
            title = _("Which page, and in which language?")
            context = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, "form": place}
            return render(request, "admin/page_place.html", context)
        if page := Page.objects.filter(**place.cleaned_data).first():
            return redirect("admin:pages_page_change", page.pk)
        return super().add_view(request, form_url, extra_context)

    def get_changeform_initial_data(self, request):
        name, language = request.GET["name"], request.GET["language"]
        return {"name": name, "language": language, "body": Page.built_in(name, language).body}

    @admin.display(description=_("language"), ordering="language")
    def language_name(self, page):
        return dict(settings.LANGUAGES).get(page.language, page.language)

    @admin.display(description=_("as readers see it"))
    def preview(self, page):
        return format_html('<div class="preview" lang="{}" dir="{}">{}</div>', page.language, page.direction, page.html)
