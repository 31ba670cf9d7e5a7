"""How the benchmark counts: a wrong count would praise a wrong reading."""

from pathlib import Path

import pytest

from benchmarks.understanding_counts import Labels, Reader, hear, mark, tell
from benchmarks.understanding_sets import Row, read_sets
from handlers.understanding import Understanding


def test_an_exact_code_decides_its_label_before_its_letter():
    labels = Labels({"town": ["A", "C03"], "nature": ["C"], "school": ["A09"]})

    assert [labels.of(code) for code in ("A01", "A09", "C03", "C05", "Z01", None)] == [
        "town", "school", "town", "nature", None, None,
    ]  # fmt: skip


def test_no_answer_counts_as_wrong_and_every_label_weighs_the_same():
    marks = mark(["a", "a", "a", "b"], ["a", "a", None, "a"], answered=3)

    assert (marks.rows, marks.accuracy, marks.answered) == (4, 0.5, 0.75)
    assert marks.macro_f1 == pytest.approx((2 / 3 + 0) / 2)
    assert marks.by_label[0] == ("a", 3, pytest.approx(2 / 3), pytest.approx(2 / 3), pytest.approx(2 / 3))


def test_recall_is_of_requests_and_false_cases_are_of_chatter_by_source():
    rows = [
        Row("1", "taidi", "x", wanted=True),
        Row("2", "taidi", "y", wanted=True),
        Row("3", "sms", "z", wanted=False),
        Row("4", "weibo", "w", wanted=False),
    ]
    told = tell(rows, [True, False, True, False])

    assert (told.recall, told.false_cases, told.by_source) == (0.5, 0.5, {"sms": 1.0, "weibo": 0.0})


def test_parts_of_one_complaint_or_talk_stand_in_the_same_half():
    def half(name: str) -> int:
        return Row(name, "", "", wanted=True).half

    assert all(half(f"dg{n}_t") == half(f"dg{n}_b") for n in range(50))
    assert all(half(f"im_ter_{n}_0") == half(f"im_ter_{n}_3") for n in range(50))
    assert {half(f"im_trq_{n}") for n in range(50)} == {half(f"tda3_{n}_t") for n in range(50)} == {0, 1}


def test_cases_hints_and_rings_are_counted_apart(understanding: Understanding):
    said = ("三组桥头路灯不亮", "四组有人晕倒了叫不醒 快来人", "收到")
    seen = hear(Reader(understanding), [Row(str(n), "", text, wanted=True) for n, text in enumerate(said)])

    assert (seen.rows, seen.cases, seen.hints, seen.rings) == (3, 2, 0, 1)


def test_sets_that_are_not_there_are_empty(tmp_path: Path):
    (tmp_path / "chat_sms_dev.tsv").write_text("id\tkind_auto\tcivic_word\ttext\nsms1\tq\t0\t在吗\n", "utf-8")
    sets = read_sets(tmp_path)

    assert [row.text for row in sets.pool] == [row.text for row in sets.chat] == ["在吗"]
    assert sets["mix_wechat_like"] == ()
