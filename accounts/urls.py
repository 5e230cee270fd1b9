from django.contrib.auth.views import LogoutView
from django.urls import path

from .views import login, password, preferences, profile, signup

urlpatterns = [
    path("register/", signup.register, name="register"),
    path("login/", login.LoginView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/reset/", password.password_reset, name="password_reset"),
    path(
        "password/reset/<uidb64>/<token>/", password.PasswordResetConfirmView.as_view(), name="password_reset_confirm"
    ),
    path("password/change/", password.PasswordChangeView.as_view(), name="password_change"),
    path("settings/profile/", profile.edit_profile, name="settings_profile"),
    path("settings/preferences/", preferences.edit_preferences, name="settings_preferences"),
    path("language/", preferences.set_language, name="set_language"),
]
