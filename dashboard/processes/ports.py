"""Ports of this machine."""

import socket


class PortTaken(Exception):
    """Somebody listens there already; the message says which port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is taken")
        self.port = port


def free_port(wanted: int = 0, host: str = "127.0.0.1") -> int:
    """A port that nobody uses: ``wanted``, or any where it is 0.

    Raises:
        PortTaken: it is not free.

    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, wanted))
        except OSError as error:
            raise PortTaken(wanted) from error
        port: int = probe.getsockname()[1]
        return port


def accepts(host: str, port: int) -> bool:
    """Whether somebody answers there."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
