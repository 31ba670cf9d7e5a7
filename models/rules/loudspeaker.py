"""A notice as it is read out over the village loudspeaker: short spoken sentences, a minute at most (seed B10)."""

import re
from dataclasses import dataclass

LETTERS_A_SECOND = 4
LONGEST_S = 60
_SENTENCE = re.compile(r"[^。！？!?；;\n]+")
_WRITTEN = re.compile(r"[^。！？!?\n]+[。！？!?]*")
_ENDS = "。！？!?"
_LINK = re.compile(r"(?:https?://|www\.)[\x21-\x7e]+")
_NOT_SAID = re.compile(
    r"\[[^\[\]\n]{1,6}\]|[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F#*_~【】“”\"'「」《》<>]"
)
_ASIDE = re.compile(r"[（(]\s*([^（）()]*?)\s*[）)]")
_CLOCK = re.compile(r"(?<![\d:：])(\d{1,2})[:：](\d{2})(?![\d:：])")
_SPAN = re.compile(r"(?<=[\d点分日号时])\s*[-－—~～]{1,2}\s*(?=\d{1,2}(?:[点日号时月]|\D|$))")
_COMMAS = re.compile(r"[，,、\s]*[，,][，,、\s]*")
_SIGNS = (
    (re.compile(r"(\d+(?:\.\d+)?)\s*[%％]"), r"百分之\1"),
    (re.compile("℃|°C"), "度"),
    (re.compile(r"(?<=\d)\s*(?:kg|KG|Kg)"), "公斤"),
    (re.compile(r"(?<=\d)\s*(?:km|KM)"), "公里"),
)


@dataclass(frozen=True, slots=True)
class Script:
    """What is read out; ``left_out`` sentences at its end found no room in the minute."""

    sentences: tuple[str, ...]
    left_out: int = 0

    @property
    def text(self) -> str:
        """The sentences, one after another."""
        return "".join(f"{each}。" for each in self.sentences)


def seconds(text: str) -> int:
    """How long it takes to read out.

    >>> seconds("各位乡亲，现在播通知。")
    3
    """
    return -(-len(text) // LETTERS_A_SECOND)


def spoken(words: str) -> list[str]:
    """The sentences as a person says them: no links, no emoji, clock times and signs in words.

    >>> spoken("明天8:00-11:30停电（城东线）！详见https://x.cn/a")
    ['明天8点到11点30分停电，城东线', '详见']
    """
    text = _ASIDE.sub(r"，\1，", _NOT_SAID.sub("", _LINK.sub("", words)))
    text = _SPAN.sub("到", _CLOCK.sub(_clock, text))
    for sign, said in _SIGNS:
        text = sign.sub(said, text)
    found = (_COMMAS.sub("，", part).strip(" ，,、：:") for part in _SENTENCE.findall(text))
    return [part for part in found if part]


def sentences(words: str, title: str = "") -> list[str]:
    """The sentences as they are written, for paper; a title that stands above them is not repeated.

    >>> sentences("明早停水，请备水。晚上8点恢复", "明早停水")
    ['请备水。', '晚上8点恢复。']
    """
    text = words.strip()
    text = text.removeprefix(title).lstrip("，。；！？,;!? \n") if title else text
    found = (part.strip() for part in _WRITTEN.findall(text))
    return [part if part[-1] in _ENDS else f"{part}。" for part in found if part]


def _clock(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    return f"{hour}点" if minute == 0 else f"{hour}点{minute}分"


def script(words: str, spare: int) -> Script:
    """As many whole sentences as a minute holds beside ``spare`` letters of greeting; at least the first one."""
    left = LONGEST_S * LETTERS_A_SECOND - spare
    said: list[str] = []
    every = spoken(words)
    for sentence in every:
        if said and len(sentence) + 1 > left:
            break
        said.append(sentence)
        left -= len(sentence) + 1
    return Script(tuple(said), len(every) - len(said))
