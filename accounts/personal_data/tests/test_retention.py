from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django_ox.models import OxTask

from accounts import avatars
from accounts.emails import send_password_changed
from accounts.models import FormerUsername, Session
from accounts.personal_data.tasks import prune
from accounts.tests.pictures import picture
from microblog_site.limits.models import RateLimitCounter


def tasks_finished(status, **ago):
    result = send_password_changed.enqueue(0, "en")
    OxTask.objects.filter(pk=result.id).update(status=status, finished_at=timezone.now() - timedelta(**ago))
    return result.id


def left():
    return {str(pk) for pk in OxTask.objects.values_list("pk", flat=True)}


@pytest.mark.django_db
def test_finished_tasks_are_kept_for_a_week_and_failed_ones_for_a_month():
    kept = {
        tasks_finished("SUCCESSFUL", days=6),
        tasks_finished("FAILED", days=29),
        send_password_changed.enqueue(0, "en").id,
    }
    tasks_finished("SUCCESSFUL", days=8)
    tasks_finished("FAILED", days=31)
    prune.call()
    assert left() == kept


def test_sessions_end_when_they_expire(susan_client, john_client, john):
    john.sessions.update(expire_date=timezone.now() - timedelta(seconds=1))
    prune.call()
    assert Session.objects.get().pk == susan_client.cookies["sessionid"].value


def test_names_are_free_again_after_their_time(susan, settings):
    susan.rename("sue")
    susan.rename("susie")
    FormerUsername.objects.named("susan").update(given_up_at=timezone.now() - timedelta(days=90))
    prune.call()
    assert [former.username for former in FormerUsername.objects.all()] == ["sue"]


@pytest.mark.django_db
def test_tries_are_forgotten_when_they_count_no_more():
    now = timezone.now().timestamp()
    RateLimitCounter.objects.create(key="long ago", number=5, until=now - 1)
    RateLimitCounter.objects.create(key="just now", number=5, until=now + 60)
    prune.call()
    assert [count.key for count in RateLimitCounter.objects.all()] == ["just now"]


def test_fresh_pictures_stay(susan):
    susan.set_avatar(avatars.keep(avatars.cut(ContentFile(picture())), susan.pk))
    prune.call()
    assert default_storage.exists(f"avatars/{susan.avatar}-96.webp")


@pytest.mark.django_db
def test_it_may_run_twice_and_on_an_empty_site():
    for _time in range(2):
        prune.call()


def test_it_is_on_the_schedule(settings):
    schedules = settings.TASKS["default"]["OPTIONS"]["SCHEDULES"]
    assert prune.module_path in {schedule["task"] for schedule in schedules.values()}
