"""What the soak calls a leak, on made-up samples of half an hour; the soak itself takes that half hour."""

from dataclasses import replace

import pytest

from benchmarks.soak import grown
from benchmarks.soak_meter import Sample, quantile

FIRST = Sample(at=0, mb=200, files=40, threads=30, tasks=25, waiting=0, queued=0, cpu_s=5, gateway_mb=90)
MINUTES = 30


def samples(*, mb_a_minute: float = 0, files_an_hour: float = 0, warm_up_mb: float = 0) -> list[Sample]:
    """One every ten seconds; ``warm_up_mb`` comes within the first ten minutes."""
    return [
        replace(
            FIRST, at=at, cpu_s=5 + at / 5, files=FIRST.files + int(files_an_hour * at / 3600),
            mb=FIRST.mb + mb_a_minute * at / 60 + warm_up_mb * min(at / 600, 1) + (number % 7) / 5,
        )
        for number, at in enumerate(range(0, MINUTES * 60 + 1, 10))
    ]  # fmt: skip


@pytest.mark.parametrize(
    "steady", [samples(), samples(warm_up_mb=80), samples(mb_a_minute=0.5), samples(mb_a_minute=-2)]
)
def test_what_has_warmed_up_and_stays_is_no_leak(steady: list[Sample]):
    assert grown(steady) == []


def test_memory_that_still_grows_after_a_quarter_of_an_hour_is_a_leak():
    assert grown(samples(mb_a_minute=1)) == ["memory grew by 7.0%"]


def test_files_that_are_opened_and_not_closed_are_a_leak(capsys: pytest.CaptureFixture[str]):
    assert grown(samples(files_an_hour=40)) == ["files grew by 5"]
    assert "files: 40 at first, 60 at last" in capsys.readouterr().out


def test_the_slowest_of_a_hundred_is_beyond_the_ninety_ninth():
    took = [1.0] * 98 + [2.0, 9.0]

    assert [quantile(took, share) for share in (0.5, 0.98, 0.99, 1)] == [1.0, 2.0, 9.0, 9.0]
