from dashboard.serving.admission import Admission, Bounds

PROXY = "10.0.0.1"


def house(connections: int = 4, per_address: int = 2) -> Admission:
    return Admission(Bounds(connections, per_address, spares=1), lambda address: address == PROXY)


def test_one_address_has_its_share_and_no_more() -> None:
    admission = house()
    for _ in range(2):
        assert admission.ask("192.0.2.1") == "taken"
        admission.enter("192.0.2.1")
    assert admission.ask("192.0.2.1") == "address full"
    assert admission.ask("192.0.2.2") == "taken"
    admission.leave("192.0.2.1")
    assert admission.ask("192.0.2.1") == "taken"


def test_behind_a_trusted_proxy_are_many() -> None:
    admission = house(connections=3)
    for _ in range(3):
        assert admission.ask(PROXY) == "taken"
        admission.enter(PROXY)
    assert admission.ask(PROXY) == "house full"


def test_a_full_house_has_a_place_for_telling_so() -> None:
    admission = house(connections=1)
    admission.enter("192.0.2.1")
    assert admission.ask("192.0.2.2") == "house full"
    assert admission.has_spare(0)
    assert not admission.has_spare(1)


def test_who_left_leaves_nothing_behind() -> None:
    admission = house()
    for number in range(100):
        admission.enter(f"192.0.2.{number}")
        admission.leave(f"192.0.2.{number}")
    assert len(admission) == 0
    assert not admission.is_full
