import selectors
import socket

from bench.ingest.relay import end


def test_both_ends_of_a_connection_may_end_at_the_same_moment() -> None:
    client, server = socket.socketpair()
    with selectors.DefaultSelector() as chosen:
        for one in (client, server):
            chosen.register(one, selectors.EVENT_READ)
        end(chosen, client, server)
        end(chosen, server, client)
        assert not chosen.get_map()
