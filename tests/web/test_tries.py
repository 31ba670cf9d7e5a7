"""Who tries too often must wait; counting it takes no more memory than it may."""

from datetime import UTC, datetime

from web.tries import MOST_ADDRESSES, Tries

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_somebody_with_ten_thousand_addresses_fills_no_memory_and_is_still_counted():
    tries = Tries(lambda: NOW, most=1)
    assert tries.may("first")
    for number in range(3 * MOST_ADDRESSES):
        assert tries.may(f"2001:db8::{number:x}")

    assert tries.may("first")  # the oldest made room
    assert not tries.may("first")
    assert not tries.may(f"2001:db8::{3 * MOST_ADDRESSES - 1:x}")
