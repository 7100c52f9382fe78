"""What the form of a meeting is chosen from."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.pages.parts.form import Form
from dashboard.web.reach import may, sees, within
from dashboard.web.services import services
from gateway.domain.access import Need
from gateway.domain.policy import Policy
from gateway.domain.protocol.protocol import Protocol
from gateway.domain.room import Room, Venue
from gateway.registry.policies import policies_by_slug
from gateway.registry.protocols.kept import all_protocols
from gateway.registry.rooms import all_rooms, all_venues
from gateway.words.locale import PageLocale


@dataclass(frozen=True, slots=True)
class Choices:
    """``rooms`` by venue and slug, limits and protocols by slug."""

    venues: tuple[Venue, ...]
    rooms: Mapping[str, Room]
    policies: Mapping[str, Policy]
    protocols: Mapping[str, Protocol]


def meeting_choices() -> Choices:
    """As far as they are there for the visitor."""
    with services().database.read() as conn:
        return Choices(
            tuple(one for one in all_venues(conn) if may(Need.OWN_MEETINGS, one.slug)),
            {
                f"{room.venue}/{room.slug}": room
                for room in within(all_rooms(conn), Need.OWN_MEETINGS)
            },
            {slug: one for slug, one in policies_by_slug(conn).items() if sees(one)},
            {one.slug: one for one in all_protocols(conn) if sees(one)},
        )


def check_serving(form: Form, room: Room, choices: Choices, locale: PageLocale) -> None:
    """Mark the limits and the protocol that another venue keeps for itself."""
    limits = choices.policies.get(form.text("policy"))
    if limits is not None and not limits.serves(room.venue):
        form.wrong["policy"] = locale.gettext("These limits are another venue's. Choose others.")
    protocol = choices.protocols.get(form.text("protocol"))
    if protocol is not None and not protocol.serves(room.venue):
        form.wrong["protocol"] = locale.gettext("This is another venue's. Choose another.")
