"""What people of the town want and chat about in a year: written for this play, in words of its own.

Every request names a place that nobody else names, so that what the program says can be held against the script.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from models.rules.pacing import SHANGHAI
from tests.year.town import Group

TROUBLES = (
    "{p}的路灯灭了一个多礼拜了", "{p}水龙头放不出水了", "{p}门前的沟堵死了，脏水往外漫", "{p}旁边的垃圾桶满得盖不上，好几天没收",
    "{p}楼上的水往下渗，墙都湿了一大片", "{p}前面的路塌了个坑，昨天有人骑车摔了", "{p}又跳闸停电了，冰箱里东西要坏了",
    "{p}后头半夜还在放音响，吵得睡不着", "{p}的井盖不见了，晚上看不见很危险", "{p}那根电线垂下来快挨着头了",
    "{p}有人把三轮车停在过道中间，进不去出不来", "{p}有条大狗没拴，见人就追", "{p}的下水道反味，厨房没法待",
    "{p}旁边在烧垃圾，满屋子烟味", "{p}对面工地晚上十二点还在打桩", "{p}的宽带断了三天了，打电话没人来修",
    "{p}的水渠垮了一截，田里上不了水", "{p}后山掉石头下来，砸坏了鸡圈", "{p}健身器材的螺丝松了，小孩在上面玩怕出事",
    "{p}的水是黄的，有股铁锈味，不敢喝", "{p}楼道堆满了纸箱子和旧沙发，消防通道都堵了", "{p}电梯一停一停的，老人不敢坐",
    "{p}门口那棵枯树要倒了，正对着人家屋顶", "{p}的桥栏杆断了一根，接送孩子都怕", "{p}养猪场的粪水排到河里去了",
    "{p}隔壁把垃圾倒在我家墙根，讲了几次不听", "{p}的公厕没人打扫，下不去脚", "{p}大货车天天从门前过，灰大得开不了窗",
    "{p}的燃气灶打不着火，是不是停气了", "{p}的监控坏了很久，上个月丢了两辆电动车",
    "{p}想装个充电桩，该找谁申请", "{p}老人的高龄补贴三个月没到账，帮忙问问", "{p}低保怎么还没批下来，材料交了两个月了",
    "建议在{p}装个减速带，车子开得太快", "建议{p}那里多放两个垃圾桶",
)  # fmt: skip
"""Sentences with a place ``{p}``: matters that anybody in a group would want seen to, none of them private."""

CHAT = """
早上好大家 今天的太阳真舒服 谁家有多的葱，借两根 晚上一起跳舞不 哈哈哈哈 收到 好的 谢谢 辛苦了
周末去钓鱼有人去吗 超市的鸡蛋今天打折 娃考了九十分，高兴 这天气说变就变 明天降温，多穿点 昨晚的球赛看了吗
我家橘子熟了，想吃的来摘 赶集去不去，我开车 谁看见我家的猫了，黄色的 回家路上堵了一会儿 今天包饺子
孩子放假了 电视剧大结局了 新开的那家面馆味道不错 手机又没电了 在外面办事，晚点回 快递到了，门卫那里拿的
我拿到了 晚饭吃什么 下雪了，好漂亮 恭喜恭喜 生日快乐 大家新年好 中秋快乐 结婚酒席定在下个月初八
二胎都上幼儿园了 腰疼，贴了膏药好多了 酒量不行了 这个视频笑死我了 股票又绿了 油价涨了 彩票没中 谁会修拉链
有人拼单买米吗 明早几点出发 七点半 在村口等 到了说一声 我马上下来 收到收到 赞 点赞我们群主
今天的菜很新鲜 豆角十块三斤 我去接孩子了 作业写到十点 老师说下周开家长会 驾照考过了 退休的日子真好
广场舞换曲子了 孙子会走路了 桂花开了，真香 今年的茶不错 杀年猪了，来喝汤 修了个新发型 衣服晾好了 被子晒了
停水的通知我看到了，已经存水 灯修好了，谢谢组长
""".split()
TAILS = ("", "", "", "", "！", "~", "呀", "哈", "[呲牙]", "[强]", "。", "嘿")


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody says something in a group; ``truth`` numbers the request it is, None for chat."""

    at: datetime
    room: str
    sender: str
    text: str
    truth: int | None = None
    trouble: int = 0
    """Which of TROUBLES it is."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is said in a day, on average."""

    chat: float = 500_000 / 365
    requests: float = 10_000 / 365


def _moment(dice: random.Random, day: date, *, late: float) -> datetime:
    """Mostly between seven and ten in the evening; a share ``late`` at night."""
    hour = dice.choice((22, 23, 0, 1, 5, 6)) if dice.random() < late else dice.randint(7, 21)
    local = datetime.combine(day, time(hour, dice.randint(0, 59), dice.randint(0, 59)), SHANGHAI)
    return local.astimezone(UTC)


def lines(first: date, days: int, groups: list[Group], seed: int, amounts: Amounts) -> Iterator[list[Line]]:
    """What is said, day by day, in order of time."""
    dice = random.Random(seed)  # noqa: S311 - the same year every time
    truth = 0
    for number in range(days):
        day = first + timedelta(days=number)
        said = []
        for _ in range(round(amounts.requests * dice.uniform(0.6, 1.4))):
            group = dice.choice(groups)
            truth += 1
            place = f"{truth}号楼" if truth % 2 else f"老{truth}号院子"
            trouble = dice.randrange(len(TROUBLES))
            at, who = _moment(dice, day, late=0.04), dice.choice(group.residents)
            said.append(Line(at, group.room, who, TROUBLES[trouble].format(p=place), truth, trouble))
        for _ in range(round(amounts.chat * dice.uniform(0.8, 1.2))):
            group = dice.choice(groups)
            text = dice.choice(CHAT) + dice.choice(TAILS)
            said.append(Line(_moment(dice, day, late=0.06), group.room, dice.choice(group.residents), text))
        yield sorted(said, key=lambda line: line.at)
