from django.urls import path

from .models import Page
from .views import keyboard, page

urlpatterns = [
    *(path(f"{name}/", page, {"name": name}, name=name) for name in Page.Name.values),
    path("keyboard/", keyboard, name="keyboard"),
]
