import pytest

from sensors.agent.models import MODELS, Model, UnknownModel, model_named
from sensors.protocols.mhz19 import Mhz19


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
class TestEveryRow:
    def test_it_is_found_by_its_name_in_small_and_capital_letters(self, model: Model) -> None:
        assert model_named(model.name) is model
        assert model_named(model.name.upper()) is model

    def test_its_protocol_asks_and_keeps_nothing_between_two_ports(self, model: Model) -> None:
        if model.protocol is None:  # the configuration says how its lines are read
            assert model.prints
            return
        first, second = model.protocol(), model.protocol()
        first.feed(first.request()[:1])
        assert first is not second
        assert (second.request() == b"") is model.prints

    def test_a_reply_fits_into_the_shortest_interval(self, model: Model) -> None:
        assert model.shortest_interval_s <= model.interval_s
        assert model.prints or model.reply_within_s < model.shortest_interval_s


def test_the_mh_z19b_is_asked_every_ten_seconds_and_warms_up_for_three_minutes() -> None:
    model = model_named("mh-z19b")
    assert (model.protocol, model.baud) == (Mhz19, 9600)
    assert (model.interval_s, model.warm_up_s) == (10.0, 180.0)


def test_an_unknown_model_names_the_known_ones() -> None:
    with pytest.raises(UnknownModel, match="known are mh-z19b, mh-z19c"):
        model_named("mhz19b")
