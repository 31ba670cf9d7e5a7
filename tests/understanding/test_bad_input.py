"""Anything can be typed; nothing crashes and nothing takes long."""

import io
import json
import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from benchmarks.understanding_reference import ROOT
from bot.understand import run
from handlers.understanding import Understanding, load_understanding
from models.lexicon import LexiconError, load_lexicon
from models.rules.decision import Kind


def test_a_megabyte_is_read_from_its_head(understanding: Understanding):
    assert understanding.understand("四组桥头路灯不亮了。" + "啊" * 1_000_000).category == "B02"
    assert understanding.understand("「" * 1_000_000).kind is Kind.CHAT
    assert understanding.understand("@" * 1_000_000).kind is Kind.CHAT
    assert understanding.understand("1" * 1_000_000).kind is Kind.CHAT
    assert understanding.understand("四组路灯坏了" * 200_000).text.startswith("四组路灯坏了")


def test_ten_thousand_random_messages_pass(understanding: Understanding):
    dice = random.Random(11)  # noqa: S311 - the same messages each time
    everything = [chr(code) for code in range(0x20, 0x2FFF) if not 0xD800 <= code <= 0xDFFF]
    han = [chr(code) for code in range(0x4E00, 0x9FA5)]
    for _ in range(10_000):
        letters = everything if dice.random() < 0.5 else han
        understanding.understand("".join(dice.choices(letters, k=dice.randrange(1, 40))))


def test_lone_surrogates_and_controls_pass(understanding: Understanding):
    for text in ("\ud800停水", "\x00\x01", "\u202e停水了\u202c", "", " ", "\n\n", "[", "@", "「", "#"):
        understanding.understand(text)


def test_many_threads_share_one_understanding(understanding: Understanding):
    texts = ["四组桥头路灯不亮", "收到", "我爹晕过去了叫不醒", "评 5 4 5"] * 50
    alone = [understanding.understand(text) for text in texts]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(understanding.understand, texts)) == alone


def answers(understanding: Understanding, *lines: str) -> list[dict]:
    out = io.StringIO()
    run(io.StringIO("".join(line + "\n" for line in lines)), out, understanding)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_the_json_door_answers_every_line_in_order(understanding: Understanding):
    first, broken, wrong, last = answers(
        understanding,
        '{"id": "x1", "text": "三组桥头路灯不亮"}',
        '{"id": "x2", "text": ',
        '{"id": "x3"}',
        '{"id": "x4", "text": "接单 12", "sender_role": "leader", "room_kind": "resident", "at": "2026-03-01T08:00"}',
    )

    assert (first["id"], first["kind"], first["category"], first["urgency"]) == ("x1", "report", "B02", "U2")
    assert (first["privacy"], first["places"], first["phones"], first["emergency"]) == (
        "P1",
        ["三组桥头"],
        0,
        None,
    )
    assert first["candidates"][0] == ["B02", first["score"]]
    assert broken["error"]
    assert (wrong["id"], bool(wrong["error"])) == ("x3", True)
    assert (last["kind"], last["commands"]) == ("command", [{"intent": "ClaimCase", "no": "12"}])


@pytest.mark.parametrize(
    "line", ["[]", "1", "null", '"x"', '{"text": 1}', '{"text": "x", "sender_role": "king"}', "[" * 5000]
)
def test_the_json_door_survives_any_line(understanding: Understanding, line: str):
    (answer,) = answers(understanding, line)

    assert answer["error"]


@pytest.fixture
def lexicon_copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "lexicon", tmp_path / "lexicon"))


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        ("categories.toml", 'code = "A01"', 'code = "A02"', "stands twice"),
        ("categories.toml", 'parent = "A"', 'parent = "Z"', "is no \\[\\[category\\]\\]"),
        ("categories.toml", 'urgency = "U1"', 'urgency = "U9"', "cannot be 'U9'"),
        ("categories.toml", "keywords =", "keyword =", "unknown key 'keyword'"),
        ("categories.toml", "'一滴水|", "'(一滴水|", "is broken"),
        ("categories.toml", "\n[[item]]", "\n[[item", "not readable as TOML"),
        ("emergencies.toml", 'category = "D01"', 'category = "X01"', "is no \\[\\[item\\]\\]"),
        ("emergencies.toml", 'action = "hazard"', 'action = "shrug"', "is not one of"),
        ("emergencies.toml", 'call = "119"', "", "call is missing"),
        ("cues.toml", "[cue.urge]", "[cue.hurry]", "no such cue"),
        ("cues.toml", "accept = 2.0", 'accept = "much"', "accept cannot be 'much'"),
        ("cues.toml", 'fallback = ["K03"', 'fallback = ["K99"', "K99"),
    ],
)
def test_a_broken_lexicon_names_file_and_entry(
    lexicon_copy: Path, file: str, before: str, after: str, said: str
):
    path = lexicon_copy / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")

    with pytest.raises(LexiconError, match=said) as refused:
        load_lexicon(lexicon_copy)
    assert file in str(refused.value)


def test_a_missing_lexicon_file_is_named(lexicon_copy: Path):
    (lexicon_copy / "cues.toml").unlink()

    with pytest.raises(LexiconError, match=r"cues\.toml.*missing"):
        load_lexicon(lexicon_copy)


def test_an_expression_without_fixed_text_is_refused(lexicon_copy: Path):
    path = lexicon_copy / "categories.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("'一滴水|", r"'\w+|", 1), encoding="utf-8")

    with pytest.raises(LexiconError, match="no fixed text"):
        load_understanding(lexicon_copy, ROOT / "locale" / "zh_CN")
