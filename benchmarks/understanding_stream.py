"""What the understanding benchmarks read: development sets that stay outside the repository, or sentences made up here."""

import csv
import json
import random
from pathlib import Path

from benchmarks.understanding_reference import ROOT
from models.lexicon import load_lexicon

DEV = ROOT.parent / "shared" / "data" / "dev"
_CHAT = (
    "谁家包饺子呢真香 昨晚那场球太精彩了 明天几点集合 好的收到 孩子中考考上一中啦 我买菜谁要带 哈哈哈笑死我了 "
    "周末去钓鱼吗 今天好热啊 吃饭了吗 在忙什么呢 晚上打牌三缺一 我到家了你呢 祝大家节日快乐 这个颜色好看"
)


def table(path: Path) -> list[dict[str, str]]:
    """Rows of a tab-separated file with a header."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def json_lines(path: Path) -> list[dict[str, str]]:
    """Rows of a JSON lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def stream(folder: Path, size: int, requests: float = 0.1, seed: int = 5) -> tuple[list[str], str]:
    """(messages of which ``requests`` are requests, shuffled; where they come from)."""
    dice = random.Random(seed)
    if (folder / "mix_request_vs_chat_dev.tsv").exists():
        rows = table(folder / "mix_request_vs_chat_dev.tsv")
        asked = [row["text"] for row in rows if row["y"] == "1"]
        chat = [row["text"] for row in table(folder / "chat_sms_dev.tsv")]
        source = f"real text from {folder.name}"
    else:
        lexicon = load_lexicon(ROOT / "lexicon")
        asked = [f"三组{word},好几天了没人管" for item in lexicon.items for word in item.keywords]
        chat = [f"{one},{other}" for one in _CHAT.split() for other in _CHAT.split()]
        source = f"made-up sentences ({folder} is not there; real text gives other figures)"
    count = int(size * requests)
    messages = dice.choices(asked, k=count) + dice.choices(chat, k=size - count)
    dice.shuffle(messages)
    return messages, source
