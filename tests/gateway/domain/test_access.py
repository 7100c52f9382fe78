"""What roles allow: each for itself, and together."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.access import (
    ALLOWED,
    NOBODY,
    OVER_ALL,
    VENUE_ROLES,
    Access,
    Need,
    VenueRole,
    granted,
    wall_screen,
)
from sensors.wire.topic import VenueSlug

KADE, MOLEN = VenueSlug("kade"), VenueSlug("molen")
VENUES = st.sampled_from([KADE, MOLEN])
GRANTS = st.sets(st.tuples(VENUES, st.sampled_from(VENUE_ROLES)))
NEEDS = st.sampled_from(Need)
Grant = tuple[VenueSlug, VenueRole]


def at_kade(*roles: VenueRole, is_reached: bool = True) -> Access:
    return granted(((KADE, role) for role in roles), is_reached=is_reached)


def test_each_role_holds_the_smaller_ones() -> None:
    viewer, host, organiser, manager = (ALLOWED[role] for role in VENUE_ROLES)
    assert viewer < host < manager
    assert viewer < organiser < manager
    assert ALLOWED["kiosk"] < viewer


@given(GRANTS, GRANTS, NEEDS, VENUES)
def test_roles_add_up(some: set[Grant], more: set[Grant], need: Need, venue: VenueSlug) -> None:
    together = granted(some | more, is_reached=True)
    apart = (granted(some, is_reached=True), granted(more, is_reached=True))
    assert together.may(need, venue) == any(one.may(need, venue) for one in apart)


@given(GRANTS, NEEDS)
def test_a_role_counts_in_its_own_venue_alone(grants: set[Grant], need: Need) -> None:
    of_kade = {grant for grant in grants if grant[0] == KADE}
    whole, alone = granted(grants, is_reached=True), granted(of_kade, is_reached=True)
    assert whole.may(need, KADE) == alone.may(need, KADE)
    assert alone.reaches(MOLEN) is False
    if need is not Need.ACCOUNT:
        assert not alone.may(need, MOLEN)


@given(GRANTS, NEEDS)
def test_the_venues_of_a_need_are_those_where_it_is_allowed(grants: set[Grant], need: Need) -> None:
    access = granted(grants, is_reached=True)
    allowed = {venue for venue in (KADE, MOLEN) if access.may(need, venue)}
    if need is not Need.ACCOUNT:
        assert access.venues(need) == frozenset(allowed)
        assert access.may_somewhere(need) == bool(allowed)


@given(GRANTS, NEEDS, VENUES)
def test_nobody_but_an_admin_runs_the_house(
    grants: set[Grant], need: Need, venue: VenueSlug
) -> None:
    assert not granted(grants, is_reached=True).may_somewhere(Need.SYSTEM)
    assert OVER_ALL.may(need, venue)
    assert OVER_ALL.venues(need) is None
    assert not NOBODY.may(need, venue)


@given(GRANTS, NEEDS, VENUES)
def test_an_address_that_is_not_verified_never_allows_more(
    grants: set[Grant], need: Need, venue: VenueSlug
) -> None:
    known, unknown = (granted(grants, is_reached=reached) for reached in (True, False))
    assert known.may(need, venue) or not unknown.may(need, venue)


def test_an_organiser_looks_on_until_the_address_is_verified() -> None:
    assert at_kade("organiser").may(Need.OWN_MEETINGS, KADE)
    unverified = at_kade("organiser", is_reached=False)
    assert not unverified.may(Need.OWN_MEETINGS, KADE)
    assert unverified.may(Need.MEETINGS, KADE)


def test_a_silence_is_as_long_as_the_role_is_large() -> None:
    longest = [at_kade(role).longest_silence(KADE) for role in VENUE_ROLES]
    assert longest == [timedelta(0), timedelta(hours=4), timedelta(0), timedelta(days=90)]
    assert at_kade("organiser", "host").longest_silence(KADE) == timedelta(hours=4)
    assert OVER_ALL.longest_silence(KADE) is None
    assert at_kade("manager").longest_silence(MOLEN) == timedelta(0)


def test_a_wall_screen_sees_the_board_of_its_venue_and_nothing_else() -> None:
    screen = wall_screen(KADE)
    assert {need for need in Need if screen.may_somewhere(need)} == {Need.BOARD}
    assert screen.venues() == frozenset({KADE})
