from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.forms.profile import ProfileForm
from microblog_site.http import form_page, posted, render_form


@form_page
def edit_profile(request):
    form = ProfileForm(request.user, *posted(request))
    if form.is_valid() and form.save():
        messages.success(request, _("Your profile has been saved."))
        if form.cleaned_data["use_gravatar"]:
            messages.info(request, _("Your picture from Gravatar comes in a moment, if you have one there."))
        return redirect("settings_profile")
    return render_form(request, "accounts/settings_profile.html", form)
