"""The peer: a nonebot2 bot with one message matcher that cuts with jieba and counts keywords.

Runs in an environment of its own, started by ``benchmarks.understanding_speed``. It does what a plugin of that kind
does: nonebot2's own event handling (rules, permissions, dependency injection), ``jieba.lcut`` and one look-up for each
word. It has no regular expressions, no guards and no commands, so it does less than it is compared with.

Reads the path of a JSON file ``{"messages": [...], "words": {word: [codes]}}`` and a log level (nonebot2's own default is
INFO: a line for each event and each matcher), then one round for each line of stdin; answers each with ``took`` and the
seconds.
"""

import asyncio
import json
import logging
import sys
import time
from typing import Any

import jieba
import nonebot
from nonebot import on_message
from nonebot.adapters import Adapter, Bot, Event, Message, MessageSegment
from nonebot.message import handle_event


class Segment(MessageSegment):
    @classmethod
    def get_message_class(cls) -> type[Message]:
        return Text

    def __str__(self) -> str:
        return str(self.data["text"])

    def is_text(self) -> bool:
        return True


class Text(Message):
    @classmethod
    def get_segment_class(cls) -> type[MessageSegment]:
        return Segment

    @staticmethod
    def _construct(msg: str) -> Any:
        yield Segment("text", {"text": msg})


class Said(Event):
    text: str

    def get_type(self) -> str:
        return "message"

    def get_event_name(self) -> str:
        return "message"

    def get_event_description(self) -> str:
        return "message"

    def get_user_id(self) -> str:
        return "someone"

    def get_session_id(self) -> str:
        return "someone"

    def get_message(self) -> Text:
        return Text(self.text)

    def is_tome(self) -> bool:
        return False


class Silent(Adapter):
    @classmethod
    def get_name(cls) -> str:
        return "silent"

    async def _call_api(self, bot: Bot, api: str, **data: Any) -> Any: ...


class Listener(Bot):
    async def send(self, event: Event, message: Any, **kwargs: Any) -> Any: ...


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:  # noqa: PTH123
        work = json.load(file)
    words: dict[str, list[str]] = work["words"]
    jieba.setLogLevel(logging.ERROR)
    jieba.initialize()
    nonebot.init(driver="~none", log_level=sys.argv[2])
    bot = Listener(Silent(nonebot.get_driver()), "peer")
    matcher = on_message(priority=1, block=True)

    @matcher.handle()
    async def _(event: Event) -> None:
        score: dict[str, float] = {}
        for word in jieba.lcut(event.get_plaintext()):
            for code in words.get(word, ()):
                score[code] = score.get(code, 0.0) + (2.0 if len(word) > 2 else 1.5)
        if score:
            max(score, key=lambda code: score[code])

    async def one_round() -> float:
        begun = time.process_time()
        for text in work["messages"]:
            await handle_event(bot, Said(text=text))
        return time.process_time() - begun

    for _ in sys.stdin:
        print("took", asyncio.run(one_round()), flush=True)


if __name__ == "__main__":
    main()
