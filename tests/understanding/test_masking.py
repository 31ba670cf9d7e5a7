"""Personal numbers never reach the store."""

import pytest

from models.rules.masking import mask, personal_numbers, secret_numbers


@pytest.mark.parametrize(
    ("text", "masked", "count", "secret"),
    [
        ("打我电话13812345678", "打我电话138****5678", 1, 0),
        ("138 1234 5678", "138****5678", 1, 0),
        ("+86-138-1234-5678找我", "138****5678找我", 1, 0),
        ("430726199003074512", "430*************12", 1, 1),
        ("43072619900307451x", "430*************1x", 1, 1),
        ("卡号6222 0212 3456 7890 123", "卡号***************0123", 1, 1),
        ("6222021234567890", "************7890", 1, 1),
        ("13812345678和13987654321", "138****5678和139****4321", 2, 0),
        ("打12345或119", "打12345或119", 0, 0),
        ("接单 1023", "接单 1023", 0, 0),
        ("2026-03-01 08:00 20260301", "2026-03-01 08:00 20260301", 0, 0),
        ("订单号12345678901", "订单号12345678901", 0, 0),
    ],
)
def test_numbers_are_covered_and_counted(text: str, masked: str, count: int, secret: int):
    assert (mask(text), personal_numbers(text), secret_numbers(text)) == (masked, count, secret)


def test_masking_twice_changes_nothing_more():
    once = mask("13812345678 430726199003074512 6222021234567890")

    assert mask(once) == once
