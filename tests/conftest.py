"""What every test gets: a network that ends at loopback."""

from __future__ import annotations

import pytest
from pytest_socket import socket_allow_hosts

LOOPBACK = ["127.0.0.0/8", "::1", "localhost"]


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup() -> None:
    socket_allow_hosts(LOOPBACK, allow_unix_socket=True)
