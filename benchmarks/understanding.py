"""How well requests are told from chat, on real text that stays outside the repository.

``python -m benchmarks.understanding [--dev FOLDER] [--maps FILE] [--probes FILE]``

Three tables: false cases per source of chat, recall on request sets, right categories on labelled titles. A case is
anything that would be opened (report, question, suggestion, wish, emergency).
"""

import argparse
import sys
import tomllib
from collections import Counter
from pathlib import Path

from benchmarks.understanding_reference import ROOT
from benchmarks.understanding_stream import DEV, json_lines, table
from handlers.understanding import Understanding, load_understanding
from models.rules.decision import Kind

CASES = frozenset({Kind.REPORT, Kind.QUESTION, Kind.SUGGESTION, Kind.WISH, Kind.EMERGENCY})
CHAT = ("chat_sms", "chat_weibo", "chat_housing_im", "chat_newslike", "chat_advert")
MIXED = ("mix_wechat_like", "mix_request_vs_chat")
LABELLED = ("dongguan_labelled", "taidi_complaints7")


def kinds(understanding: Understanding, texts: list[str]) -> Counter[Kind]:
    return Counter(understanding.understand(text).kind for text in texts)


def share(counted: Counter[Kind], of: frozenset[Kind]) -> float:
    return 100 * sum(counted[kind] for kind in of) / max(1, counted.total())


def false_cases(understanding: Understanding, folder: Path) -> None:
    print(f"{'chat':24s} {'lines':>6s} {'cases %':>8s} {'emergencies %':>14s} {'hints %':>8s}")
    for name in CHAT:
        seen = kinds(understanding, [row["text"] for row in table(folder / f"{name}_dev.tsv")])
        print(
            f"{name:24s} {seen.total():6d} {share(seen, CASES):8.2f} "
            f"{share(seen, frozenset({Kind.EMERGENCY})):14.2f} {share(seen, frozenset({Kind.SUSPECTED})):8.2f}"
        )


def recall(understanding: Understanding, folder: Path) -> None:
    heard = CASES | {Kind.SUSPECTED, Kind.URGE}
    print(
        f"\n{'mixed':24s} {'requests':>8s} {'opened %':>9s} {'opened or hinted %':>19s} {'false cases %':>14s}"
    )
    for name in MIXED:
        rows = table(folder / f"{name}_dev.tsv")
        asked = kinds(understanding, [row["text"] for row in rows if row["y"] == "1"])
        chat = kinds(understanding, [row["text"] for row in rows if row["y"] != "1"])
        print(
            f"{name:24s} {asked.total():8d} {share(asked, CASES):9.1f} {share(asked, heard):19.1f} "
            f"{share(chat, CASES):14.2f}"
        )


def categories(understanding: Understanding, folder: Path, maps: Path) -> None:
    codes = tomllib.loads(maps.read_text(encoding="utf-8"))
    print(f"\n{'labelled titles':24s} {'rows':>6s} {'right %':>8s} {'none %':>8s}")
    for name in LABELLED:
        rows = json_lines(folder / f"{name}_dev.jsonl")
        found = [(understanding.understand(row["title"]).category, codes[name][row["label"]]) for row in rows]
        right = sum(code is not None and (code in wanted or code[0] in wanted) for code, wanted in found)
        none = sum(code is None for code, _ in found)
        print(f"{name:24s} {len(rows):6d} {100 * right / len(rows):8.1f} {100 * none / len(rows):8.1f}")


def probes(understanding: Understanding, path: Path) -> None:
    rows = table(path)
    good = 0
    for row in rows:
        decision = understanding.understand(row["text"])
        if row["l2"] == "NEG":
            good += decision.kind not in CASES | {Kind.SUSPECTED}
        else:
            good += (
                decision.category == row["l2"]
                and decision.urgency == row["urgency"]
                and decision.kind in CASES
            )
    print(f"\nprobes: {good} of {len(rows)}")


def main() -> None:
    asked = argparse.ArgumentParser(prog="benchmarks.understanding")
    asked.add_argument("--dev", type=Path, default=DEV)
    asked.add_argument("--maps", type=Path, default=DEV.parent / "dict" / "coarse_maps.toml")
    asked.add_argument("--probes", type=Path, default=DEV.parent.parent / "acceptance" / "probes.tsv")
    options = asked.parse_args()
    if not options.dev.is_dir():
        sys.exit(
            f"{options.dev} is not there: the development sets are not part of the repository; name them with --dev"
        )
    understanding = load_understanding(ROOT / "lexicon", ROOT / "locale" / "zh_CN")
    false_cases(understanding, options.dev)
    recall(understanding, options.dev)
    if options.maps.exists():
        categories(understanding, options.dev, options.maps)
    if options.probes.exists():
        probes(understanding, options.probes)


if __name__ == "__main__":
    main()
