"""Most of what a group says is short: none of it opens a case, hints at one, or rings."""

import pytest

from handlers.understanding import Understanding
from models.rules.decision import CASES, Cue, Kind

YES = (
    "好 好的 好滴 好嘞 好哒 好吧 嗯 嗯嗯 恩 哦 噢 哦哦 行 行吧 可以 可以的 中 要得 "
    "得行 成 是 是的 是啊 对 对的 对头 没错 收到 知道了 晓得了 明白 了解 ok OK 1 "
    "666 "
)
NO = (
    "不 不是 不行 不用 不用了 不要 没 没有 没事 没事的 没关系 不客气 不知道 不晓得 "
    "不清楚 算了 还没 还没有 不去 没空 没看到 "
)
FEELS = (
    "哈哈 哈哈哈 呵呵 嘿嘿 嘻嘻 唉 哎 啊 哇 呃 额 哼 晕 汗 天啊 我的天 厉害 牛 真好 "
    "太好了 不错 漂亮 可爱 好吃 好香 开心 加油 恭喜 羡慕 无语 好累 好困 好热 好冷 "
    "烦死了 笑死 "
)
THANKS = (
    "谢谢 谢了 谢谢啦 谢谢你 多谢 感谢 辛苦了 麻烦了 麻烦你了 不好意思 对不起 抱歉 早 "
    "早上好 上午好 中午好 下午好 晚上好 晚安 再见 拜拜 您好 你好 新年快乐 生日快乐 "
    "节日快乐 "
)
ASKS = (
    "谁 啥 什么 什么事 啥事 怎么了 咋了 咋啦 为什么 为啥 真的吗 真的假的 是吗 是不 几点 "
    "几点了 几号 多少 多少钱 哪里 哪儿 在哪 在哪里 你在哪 到哪了 在吗 在不在 在不 有空吗 "
    "好了吗 行吗 可以吗 吃了吗 吃饭没 睡了吗 起床没 干嘛呢 干啥呢 忙什么呢 去不去 来不来 "
    "走不走 你是谁 哪位 谁啊 怎么办 怎么样 咋样 打牌不 "
)
DOES = (
    "来了 到了 我到了 我来了 马上 马上到 马上来 等下 等等 等一下 稍等 快了 快点 走 走吧 "
    "走了 出发 出发了 上车了 下班了 回家了 到家了 在家 在路上 在上班 在开会 在吃饭 吃了 "
    "吃过了 睡了 起来了 刚醒 买了 发了 看到了 听到了 好了 完了 开始了 结束了 一起 一起去 "
    "我也是 我不去 算我一个 加我一个 带上我 明天 明天见 今天 昨天 晚上 "
    "下午三点 七点半 在门口 在楼下 楼下等你 开门 开下门 接电话 回电话 打我电话 加我微信 "
    "发我看看 发群里 红包呢 手气不错 赢了 输了 "
)
SHORT = [reply for replies in (YES, NO, FEELS, THANKS, ASKS, DOES) for reply in replies.split()]
DRESSED = ("{}", "{}。", "{}！！！", "{}[微笑]", "{}[强][强]", "[呲牙]{}", "{}~", "{}啊", "@张大姐 {}")


def test_no_short_reply_opens_a_case_or_hints_at_one(understanding: Understanding):
    said = [dress.format(reply) for reply in SHORT for dress in DRESSED]
    loud = CASES | {Kind.SUSPECTED}

    assert [text for text in said if understanding.understand(text).kind in loud] == []


def test_no_short_reply_asks_whether_somebody_is_in_danger(understanding: Understanding):
    assert [text for text in SHORT if Cue.ASKS_EMERGENCY in understanding.understand(text).cues] == []


def test_two_short_replies_in_one_burst_are_still_talk(understanding: Understanding):
    loud = CASES | {Kind.SUSPECTED}
    said = [f"{one}\n{other}" for one, other in zip(SHORT, SHORT[7:] + SHORT[:7], strict=True)]

    assert [text for text in said if understanding.understand(text).kind in loud] == []


@pytest.mark.parametrize("text", ["停水了", "停电了", "着火了", "没水"])
def test_a_request_may_be_as_short_as_a_reply(understanding: Understanding, text: str):
    assert understanding.understand(text).kind in CASES
