"""The soak of ``benchmarks.soak``, for seconds: 50 lines a second through a real gateway into the real program."""

import argparse

import pytest

from benchmarks.soak import soak


@pytest.mark.gateway
def test_fifty_lines_a_second_are_taken_down_and_none_of_them_twice():
    asked = argparse.Namespace(minutes=0.1, rate=50, db="sqlite", rooms=5, cases=100, seed=3)

    assert soak(asked) == []
