"""The suite itself: a test that reaches for the network fails."""

from __future__ import annotations

import socket

import pytest


def test_an_address_elsewhere_is_refused() -> None:
    """Connecting and sending to another machine fail at once, before anything is sent."""
    with socket.socket() as stream, pytest.raises(OSError, match="192.0.2.1: the tests use no"):
        stream.connect(("192.0.2.1", 80))
    with socket.socket(type=socket.SOCK_DGRAM) as datagrams, pytest.raises(OSError, match="no net"):
        datagrams.sendto(b"x", ("192.0.2.1", 9))


def test_a_name_elsewhere_is_refused() -> None:
    """A host is not even looked up."""
    with pytest.raises(OSError, match="example.invalid: the tests use no network"):
        socket.create_connection(("example.invalid", 80))


def test_this_machine_is_reached() -> None:
    """Servers that a test starts itself on loopback are fine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname()) as client:
            client.sendall(b"ready")
        connection, _ = server.accept()
        with connection:
            assert connection.recv(5) == b"ready"
