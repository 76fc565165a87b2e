from __future__ import annotations

from monitor.model import Event, Key


def test_a_scope_in_two_orders_is_one_key() -> None:
    one = Key("Alan Wake 2", None, Event.RELEASE, ("early access", "PC"))
    assert one == Key("Alan Wake 2", None, Event.RELEASE, ("PC", "early access"))
    assert one.scope == ("PC", "early access")
