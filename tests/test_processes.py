"""Web server and worker as they really run: they lose nothing when killed at any moment, and stop when told to."""

import asyncio

import pytest

from .mail_server import Postbox, serve
from .running_site import PATIENCE, Site, Visitor, wait_until

pytestmark = pytest.mark.processes


class SlowPostbox(Postbox):
    """A mail server that keeps clients waiting until it is `awake`."""

    visits, awake = 0, False

    async def handle_DATA(self, server, session, envelope):
        self.visits += 1
        while not self.awake:
            await asyncio.sleep(0.05)
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture
def postbox():
    with serve(SlowPostbox) as postbox:
        yield postbox


@pytest.fixture
def site(prepared_folder, postbox):
    with Site(prepared_folder(), EMAIL_URL=f"smtp://127.0.0.1:{postbox.port}") as site:
        yield site


def test_killed_processes_lose_nothing(site, postbox):
    web, worker = site.start_web(), site.start_worker()
    ada = Visitor(site)
    ada.fill_in(
        "/register/", username="ada", email="ada@example.org", password1="a red harbour", password2="a red harbour"
    )
    ada.fill_in("/posts/", body="Good morning, harbour")
    web.kill()
    wait_until(lambda: not site.serves())
    web = site.start_web()
    assert "Good morning, harbour" in ada.get(site.url).text

    ada.fill_in("/password/reset/", email="ada@example.org")
    wait_until(lambda: postbox.visits)
    worker.kill()
    worker.wait()
    postbox.awake = True
    worker = site.start_worker()
    wait_until(lambda: postbox.received)
    assert postbox.received[0]["To"] == "ada@example.org"

    for process in (web, worker):
        process.terminate()
    assert [process.wait(PATIENCE) for process in (web, worker)] == [0, 0]
    assert not site.serves()
