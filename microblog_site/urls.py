from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView

from . import errors, views

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error

# For password managers (https://w3c.github.io/webappsec-change-password-url/).
change_password = RedirectView.as_view(pattern_name="password_change", http_method_names=["get", "head"])

urlpatterns = [
    path("", include("moderation.urls")),
    path("", include("posts.urls")),
    path("", include("social.urls")),
    path("", include("accounts.urls")),
    path("", include("microblog_site.pages.urls")),
    path("admin/", admin.site.urls),
    path("media/<path:name>", views.media, name="media"),
    path("health/live/", views.health_live, name="health_live"),
    path("health/ready/", views.health_ready, name="health_ready"),
    path("favicon.ico", views.icon, {"name": "favicon.ico"}, name="favicon"),
    path("apple-touch-icon.png", views.icon, {"name": "apple-touch-icon.png"}, name="apple_touch_icon"),
    path("robots.txt", views.robots_txt, name="robots_txt"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path(".well-known/change-password", login_not_required(change_password), name="well_known_change_password"),
]
