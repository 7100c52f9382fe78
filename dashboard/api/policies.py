"""Policies: the sets of limits that rooms and meetings are held to."""

import msgspec

from dashboard.api.fields import Name, Ppm, Seconds, Slug
from dashboard.api.route import Route
from dashboard.problem import Mistake, Problem
from dashboard.services import Services
from gateway.domain.policy import PRESETS, Policy
from gateway.registry import policies as registry

PRESET_SLUGS = frozenset(preset.slug for preset in PRESETS)


class PolicyBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """CO2 is over from ``co2_limit_ppm`` until back at ``co2_clear_ppm``; a breach counts when it
    lasted the pending time.
    """

    name_nl: Name
    name_en: Name
    co2_warn_ppm: Ppm
    co2_limit_ppm: Ppm
    co2_clear_ppm: Ppm
    co2_pending_s: Seconds = 300.0
    occupancy_pending_s: Seconds = 60.0
    no_data_s: Seconds = 300.0
    clear_s: Seconds = 60.0
    source: str = ""


class PolicyAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``preset``: it follows a published standard and cannot be changed."""

    policy: Slug
    name_nl: str
    name_en: str
    co2_warn_ppm: float
    co2_limit_ppm: float
    co2_clear_ppm: float
    co2_pending_s: float
    occupancy_pending_s: float
    no_data_s: float
    clear_s: float
    source: str
    preset: bool


class Policies(msgspec.Struct, frozen=True):
    policies: tuple[PolicyAnswer, ...]


def get_policies(services: Services) -> Policies:
    with services.database.read() as conn:
        return Policies(tuple(_answer(policy) for policy in registry.all_policies(conn)))


def put_policy(services: Services, policy: str, body: PolicyBody) -> PolicyAnswer:
    _refuse_preset(policy)
    mistakes = [
        Mistake(pointer, message)
        for right, pointer, message in (
            (body.co2_warn_ppm <= body.co2_limit_ppm, "/co2_warn_ppm", "at most co2_limit_ppm"),
            (body.co2_clear_ppm <= body.co2_limit_ppm, "/co2_clear_ppm", "at most co2_limit_ppm"),
        )
        if not right
    ]
    if mistakes:
        raise Problem(422, "the limits contradict each other", mistakes)
    put = Policy(policy, **msgspec.structs.asdict(body))
    with services.database.write() as conn:
        registry.put_policy(conn, put)
    return _answer(put)


def delete_policy(services: Services, policy: str) -> None:
    _refuse_preset(policy)
    with services.database.write() as conn:
        if not registry.delete_policy(conn, policy):
            raise Problem(404, f"there is no policy {policy!r}")


def _refuse_preset(policy: str) -> None:
    if policy in PRESET_SLUGS:
        raise Problem(409, f"{policy} is a preset: make your own under another name")


def _answer(policy: Policy) -> PolicyAnswer:
    fields = {name: getattr(policy, name) for name in PolicyBody.__struct_fields__}
    return PolicyAnswer(policy=policy.slug, preset=policy.slug in PRESET_SLUGS, **fields)


ROUTES = (
    Route("GET", "/policies", get_policies, "all sets of limits", Policies),
    Route(
        "PUT",
        "/policies/{policy}",
        put_policy,
        "make or change a set of limits",
        PolicyAnswer,
        body=PolicyBody,
        problems=(409,),
    ),
    Route(
        "DELETE",
        "/policies/{policy}",
        delete_policy,
        "delete a set of limits that nothing uses",
        problems=(404, 409),
    ),
)
