"""What is said during the kill test: mostly chat, every tenth message a request of its own sender; from one seed."""

import random
from dataclasses import dataclass, field

from tests.reliability.town import rooms

REQUESTS = (
    "{n}号楼路灯不亮好几天了", "{n}栋下水道堵了污水往外冒", "{n}号楼垃圾堆了三天没人清", "{n}号楼顶漏水",
    "{n}号楼门口的路坑坑洼洼", "{n}号楼楼道堆满杂物", "{n}号楼旁边夜里工地施工噪音太大睡不着", "{n}号楼边野狗太多了追小孩",
    "{n}号楼电线杆歪了要倒", "{n}号楼旁公厕脏得进不去", "{n}号楼外墙掉砖", "{n}号楼前树倒了挡着路",
)  # fmt: skip
CHAT = (
    "谁家包饺子呢真香", "昨晚那场球太精彩了", "明天几点集合", "好的收到", "哈哈哈笑死我了", "周末去钓鱼吗", "今天好热啊",
    "吃饭了吗", "晚上打牌三缺一", "祝大家节日快乐", "这个颜色好看", "孩子中考考上一中啦",
)  # fmt: skip
MORE = ("已经三天了", "真的很急", "老人都不敢出门", "还在等")
PROBE = "{n}号楼井盖坏了"
"""Said in every room at the end, to see that none is stuck."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line of the stream. ``opens``: it must become a case of its own. ``commands``: a leader's turn to act."""

    room: str
    sender: str
    text: str
    opens: bool = False
    commands: bool = False


@dataclass
class Stream:
    """The lines in order, and who must be in which room."""

    lines: list[Spoken] = field(default_factory=list)
    residents: dict[str, list[str]] = field(default_factory=dict)


def make_stream(size: int, seed: int) -> Stream:
    """``size`` lines: 10 % requests, some followed by a further line, 5 % commands of leaders, the rest chat."""
    dice = random.Random(seed)  # noqa: S311 - repeatable
    stream = Stream(residents={room: [f"{room}-chat{n}" for n in range(12)] for room in rooms()})
    while len(stream.lines) < size:
        room = dice.choice(rooms())
        luck = dice.random()
        if luck < 0.10:
            _request(stream, room, dice)
        elif luck < 0.15:
            stream.lines.append(Spoken(room, "", "", commands=True))
        else:
            stream.lines.append(Spoken(room, dice.choice(stream.residents[room][:12]), dice.choice(CHAT)))
    del stream.lines[size:]
    for room in rooms():
        stream.residents[room].append(f"{room}-probe")
    return stream


def _request(stream: Stream, room: str, dice: random.Random) -> None:
    number = len(stream.lines)
    sender = f"{room}-asks{number}"
    stream.residents[room].append(sender)
    text = dice.choice(REQUESTS).format(n=number + 1)
    stream.lines.append(Spoken(room, sender, text, opens=True))
    if dice.random() < 0.3:
        stream.lines.append(Spoken(room, sender, dice.choice(MORE)))
