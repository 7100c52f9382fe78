"""Alerts on a device: asked for in Chromium, sent by a notifier through a real push service, shown by the
service worker.

A browser without its maker's account cannot subscribe, so that what it says of itself is the push service's;
what that service decrypts is handed to the worker as the browser would.
"""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Locator, Page, Worker, expect

from dashboard.app import create_app
from dashboard.serving.listener import listen
from dashboard.serving.server import Running, serve
from gateway.config import NotifySettings
from gateway.links import Links
from gateway.notify.notifier import Notifier
from gateway.registry.accounts import grants, users
from gateway.registry.alerts.outbox import all_messages, post
from gateway.registry.alerts.push_subscriptions import subscriptions_of
from tests.browser.conftest import VisitorMaker
from tests.browser.test_passkeys import PASSWORD
from tests.dashboard.pages.scene import NOW, VENUE, Stage, build
from tests.gateway.notices import SOON, notice
from tests.servers import free_port
from tests.web_push import PushService, push_service

SUBSCRIBES = """
const told = %s;
PushManager.prototype.subscribe = async function (asked) {
  window.askedUnder = new Uint8Array(asked.applicationServerKey).length;
  return { endpoint: told.endpoint, toJSON: () => told };
};
undefined;
"""
SHOWN = "registration.getNotifications().then((all) => all.map((one) => [one.title, one.body, one.tag, one.data.path]))"
TAPS = """async () => {
  const led = [];
  clients.openWindow = async (address) => led.push(address);
  const [notification] = await registration.getNotifications();
  const event = new NotificationEvent("notificationclick", { notification });
  const waited = [];
  event.waitUntil = (one) => waited.push(one);
  dispatchEvent(event);
  await Promise.all(waited);
  return [led, (await registration.getNotifications()).length];
}"""


@dataclass
class House:
    stage: Stage
    service: PushService
    notifier: Notifier
    url: str

    def send(self) -> None:
        self.notifier.send_due(threading.Event())

    def tell(self, flag: str, **changes: Any) -> None:
        """Have the first device of anna's told of something."""
        with self.stage.database.write() as conn:
            (device, *_) = subscriptions_of(conn, "anna")
            told = notice(venue=VENUE, recipient_role="device", **changes)
            assert post(conn, "m1", flag, device.recipient, told, NOW)

    def newest(self) -> tuple[bool, str | None]:
        with self.stage.database.read() as conn:
            last = all_messages(conn)[-1]
        return last.sent, last.last_error


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A dashboard that asks who one is, a notifier and a push service, all on this machine."""
    directory, port = tmp_path_factory.mktemp("house"), free_port()
    url = f"http://localhost:{port}"
    settings = NotifySettings(mail="", allow_private=True)
    stage = build(directory, notify=settings, demo=False, public_url=url)
    its = stage.services
    with stage.database.write() as conn:
        users.add_user(conn, "anna", "", PASSWORD, NOW)
        grants.set_roles(conn, "anna", VENUE, ["host"])
    links = Links(its.secret, url)
    notifier = Notifier(stage.database, settings, links, its.clock, directory, retry=SOON)
    stop = threading.Event()
    running = Running(create_app(its), lambda: None, lambda: None)
    arguments = (listen(f"127.0.0.1:{port}"), its.settings, running, stop)
    thread = threading.Thread(target=serve, args=arguments)
    with push_service(tmp_path_factory.mktemp("push")) as service:
        thread.start()
        yield House(stage, service, notifier, url)
        stop.set()
        thread.join(10)
    stage.services.store.close()
    stage.database.close()


def worker_of(page: Page) -> Worker:
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    found = page.context.service_workers
    return found[0] if found else page.context.wait_for_event("serviceworker")


@contextmanager
def delivering(page: Page) -> Iterator[Any]:
    """Hands a message to the service worker of a page, as the browser does that got it."""
    devtools: CDPSession = page.context.new_cdp_session(page)
    known: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: known.extend(one["registrationId"] for one in told["registrations"]),
    )
    devtools.send("ServiceWorker.enable")

    def deliver(message: dict[str, Any] | str) -> None:
        data = message if isinstance(message, str) else json.dumps(message)
        origin = re.sub(r"^(https?://[^/]+).*", r"\1", page.url)
        while not known:
            page.wait_for_timeout(50)
        devtools.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": origin, "registrationId": known[-1], "data": data},
        )

    yield deliver
    devtools.detach()


def log_in(page: Page, house: House) -> Locator:
    """The part of anna's account that is about devices."""
    page.goto(f"{house.url}/login?next=/account")
    page.get_by_label("Naam").fill("anna")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    return page.locator("section[data-push]")


def ask(page: Page, house: House, label: str) -> dict[str, Any]:
    """Have the browser told; how the push service knows it."""
    devices = log_in(page, house)
    subscription = house.service.subscribe(str(devices.get_attribute("data-push")))
    page.evaluate(SUBSCRIBES % json.dumps(subscription))
    devices.get_by_label("Hoe u dit apparaat noemt").fill(label)
    devices.get_by_role("button", name="Meldingen op dit apparaat").click()
    expect(page.get_by_text(f"{label} krijgt voortaan meldingen.")).to_be_visible()
    return subscription


def test_a_device_is_asked_for_tried_told_and_taken_off_once_it_wants_no_more(
    house: House, visit: VisitorMaker
) -> None:
    visitor = visit()
    page = visitor.page
    page.context.grant_permissions(["notifications"], origin=house.url)
    subscription = ask(page, house, "telefoon van de bar")
    devices = page.locator("section[data-push]")
    devices.get_by_role("button", name="Stuur een proefbericht naar telefoon van de bar").click()
    expect(devices.get_by_text("Er is een proefbericht onderweg.")).to_be_visible()
    house.send()
    page.reload()
    expect(devices.get_by_text(re.compile(r"Proefbericht verzonden"))).to_be_visible()
    assert house.service.shown(subscription)[-1]["path"] == "/account#push"

    house.tell("f1")
    house.send()
    assert house.newest() == (True, None)
    shown = house.service.shown(subscription)[-1]
    assert shown["title"] == "Serre: CO₂ is 1.240 ppm, de streefwaarde is 1.200"
    assert shown["path"] == "/rooms/de-kade/serre"

    house.service.expire(subscription)
    house.tell("f2", kind="protocol", evidence=())  # which waits for no alert
    house.send()
    sent, why = house.newest()
    assert not sent
    assert "410 Gone" in (why or "")
    page.reload()
    expect(devices.get_by_role("button", name="Meldingen op dit apparaat")).to_be_visible()
    expect(devices.get_by_text("telefoon van de bar")).to_have_count(0)
    assert visitor.complaints == []


def test_what_a_device_shows_and_where_a_tap_leads(house: House, visit: VisitorMaker) -> None:
    page = visit().page
    page.context.grant_permissions(["notifications"], origin=house.url)
    log_in(page, house)
    worker = worker_of(page)
    alert = {
        "title": "Serre: CO₂ is 1.240 ppm", "body": "Zet ramen en deuren open.", "tag": "t",
        "path": "/rooms/de-kade/serre", "language": "nl",
    }  # fmt: skip
    with delivering(page) as deliver:

        def show(message: dict[str, Any] | str, title: str) -> None:
            """Delivered again while it is not shown: a worker that just ends hears nothing."""
            for _ in range(12):
                deliver(message)
                until = time.monotonic() + 5
                while time.monotonic() < until:
                    if title in [one[0] for one in worker.evaluate(SHOWN)]:
                        return
                    time.sleep(0.02)
            pytest.fail(f"{title!r} was not shown")

        show(alert, alert["title"])
        assert worker.evaluate(SHOWN) == [[alert[k] for k in ("title", "body", "tag", "path")]]
        assert worker.evaluate(TAPS) == [[f"{house.url}/rooms/de-kade/serre"], 0]

        show(alert, alert["title"])
        over = "Serre: CO₂ is weer goed"
        show(alert | {"title": over}, over)
        assert [one[0] for one in worker.evaluate(SHOWN)] == [over]  # in the alert's place
        worker.evaluate(TAPS)
        show("no message of ours", "Luchtig")
        worker.evaluate(TAPS)
        show({"title": "x", "path": "https://elsewhere.example.org/"}, "x")
        assert worker.evaluate(TAPS)[0] == [f"{house.url}/"]


def test_a_browser_that_may_show_nothing_says_so(house: House, visit: VisitorMaker) -> None:
    page = visit().page
    devices = log_in(page, house)
    page.evaluate("Notification.requestPermission = async () => 'denied'")
    devices.get_by_role("button", name="Meldingen op dit apparaat").click()
    expect(devices.get_by_role("alert")).to_contain_text("Sta meldingen toe")
