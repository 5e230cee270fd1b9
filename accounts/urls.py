from django.urls import path

from .personal_data import views as personal_data
from .views import email, login, password, sessions, settings, signup, two_factor

urlpatterns = [
    path("register/", signup.register, name="register"),
    path("login/", login.LoginView.as_view(), name="login"),
    path("login/code/", login.login_code, name="login_code"),
    path("logout/", login.LogoutView.as_view(), name="logout"),
    path("password/reset/", password.password_reset, name="password_reset"),
    path(
        "password/reset/<uidb64>/<token>/", password.PasswordResetConfirmView.as_view(), name="password_reset_confirm"
    ),
    path("password/change/", password.PasswordChangeView.as_view(), name="password_change"),
    path("email/confirm/", email.send_again, name="email_confirm_send"),
    path("email/confirm/<token>/", email.confirm, name="email_confirm"),
    path("email/cancel/", email.cancel_change, name="email_cancel"),
    path("email/undo/<token>/", email.undo_change, name="email_undo"),
    path("settings/account/", settings.account, name="settings_account"),
    path("settings/account/password/", sessions.password_again, name="password_again"),
    path("settings/account/sessions/end/", sessions.end, name="session_end"),
    path("settings/account/sessions/end-others/", sessions.end_others, name="sessions_end_others"),
    path("settings/account/delete/", personal_data.delete_account, name="account_delete"),
    path("settings/account/download/", personal_data.download, name="account_download"),
    path("settings/profile/", settings.edit_profile, name="settings_profile"),
    path("settings/preferences/", settings.edit_preferences, name="settings_preferences"),
    path("settings/two-factor/", two_factor.overview, name="two_factor"),
    path("settings/two-factor/codes/", two_factor.new_codes, name="two_factor_codes"),
    path("settings/two-factor/codes/shown/", two_factor.shown_codes, name="two_factor_codes_shown"),
    path("settings/two-factor/off/", two_factor.switch_off, name="two_factor_off"),
    path("language/", settings.set_language, name="set_language"),
]
