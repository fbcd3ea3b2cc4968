import socket
import threading
import time
from collections.abc import Iterator

import pytest

from web import patience, server
from web.patience import PatientSocket, PatientWorker
from web.uploads import MIB

Pair = tuple[PatientSocket, socket.socket]


@pytest.fixture
def pair(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    monkeypatch.setattr(patience, "PATIENCE_SECONDS", 0.3)
    ours, theirs = socket.socketpair()
    with PatientSocket(ours.detach()) as patient, theirs:
        patient.setblocking(True)
        yield patient, theirs


def hear_out(patient: PatientSocket) -> None:
    while patient.recv(8192):
        pass


@pytest.mark.parametrize("pause", [0.02, 10.0], ids=["drop by drop", "silent"])
def test_a_slow_client_is_given_up(pair: Pair, pause: float) -> None:
    patient, theirs = pair
    over = threading.Event()

    def drip() -> None:
        while not over.wait(pause):
            theirs.send(b"x")

    thread = threading.Thread(target=drip)
    thread.start()
    began = time.monotonic()
    with pytest.raises(ConnectionResetError):
        hear_out(patient)
    over.set()
    thread.join()
    assert time.monotonic() - began < 2


def test_a_steady_client_may_take_longer_and_pauses_of_ours_do_not_count(pair: Pair) -> None:
    patient, theirs = pair
    for _ in range(6):
        theirs.send(b"x" * 8192)
        time.sleep(0.1)
        assert patient.recv(8192)


def test_a_new_request_finds_new_patience(pair: Pair) -> None:
    patient, theirs = pair
    with pytest.raises(ConnectionResetError):
        hear_out(patient)
    theirs.send(b"next")
    patient.begin()
    assert patient.recv(10) == b"next"


def test_a_client_that_reads_nothing_is_given_up(pair: Pair) -> None:
    with pytest.raises(ConnectionResetError):
        pair[0].sendall(b"x" * 8 * MIB)


def test_a_large_answer_may_take_longer_than_one_wait(pair: Pair) -> None:
    patient, theirs = pair
    thread = threading.Thread(target=patient.sendall, args=(b"x" * 600_000,))
    thread.start()
    heard = 0
    while heard < 600_000:
        heard += len(theirs.recv(16_384))
        time.sleep(0.02)
    thread.join()
    assert heard == 600_000


def test_a_socket_that_does_not_block_still_does_not(pair: Pair) -> None:
    pair[0].setblocking(False)
    with pytest.raises(BlockingIOError):
        pair[0].recv(1)


def test_the_server_serves_with_patience() -> None:
    class Arbiter:
        worker_class: type | None = None

    server.on_starting(Arbiter)
    assert Arbiter.worker_class is PatientWorker
