"""Whoever waits for a session goes before who has just had it."""

import threading
import time

from solvers.engines.native.turns import Turns


def test_who_waits_goes_before_who_lets_pass() -> None:
    turns, order = Turns(), []

    def other() -> None:
        with turns:
            order.append("other")

    thread = threading.Thread(target=other)
    with turns:
        thread.start()
        while not turns.wanted:
            time.sleep(0)
        with turns:
            order.append("first")
    turns.let_pass(60.0)
    with turns:
        order.append("first again")
    thread.join()
    assert order == ["first", "other", "first again"]


def test_nobody_is_let_pass_where_nobody_waits() -> None:
    turns = Turns()
    turns.let_pass(60.0)
    assert not turns.wanted
