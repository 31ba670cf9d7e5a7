"""Several receipts become one sentence; what the night held back is said in the morning."""

from datetime import datetime, timedelta

from models.outbox import Outbox, Queued
from models.rules.pacing import Rank
from tests.delivery.scene import Make, Scene, local


def test_receipts_that_fall_due_together_are_one_sentence(make_scene: Make):
    scene = make_scene()
    room = scene.room("r1")
    first = scene.receipt(room, 1023, "路灯", "桥头", after_s=25)
    scene.receipt(room, 1024, "垃圾", "三组路口", after_s=40)
    scene.receipt(room, 1025, "下水道", after_s=80)
    at = scene.now + timedelta(seconds=80)

    scene.run()

    assert scene.texts() == [
        "收到3件：#1023路灯(桥头)、#1024垃圾(三组路口)、#1025下水道。已转责任人，有进展在这里说。"
    ]
    assert [s.at for s in scene.wechat.said] == [at]
    assert scene.states() == {"merged": 3, "sent": 1}
    assert scene.row(first).why == "said by 4"
    assert scene.row(4).key == "RCPT_MERGE"


def test_a_lone_receipt_goes_as_soon_as_it_is_due(make_scene: Make):
    scene = make_scene()
    scene.receipt(scene.room("r1"), 1023, "路灯", "桥头", after_s=25)
    scene.receipt(scene.room("r2"), 1024, "路灯", "桥头", after_s=50)

    assert scene.step() == 25
    scene.now += timedelta(seconds=25)
    scene.step()
    assert scene.texts("r1") == ["记下了 #1023 路灯（桥头）。组长刘2小时内联系您，随时回“进度”。"]


def test_a_receipt_waits_at_most_a_minute_for_its_siblings(make_scene: Make):
    scene = make_scene()
    room = scene.room("r1")
    for number, after in enumerate((0, 50, 100), 1):
        scene.receipt(room, number, "路灯", after_s=after)

    assert scene.step() == 50
    scene.run()

    assert scene.texts()[0].startswith("收到2件：#1路灯、#2路灯")
    assert scene.texts()[1].startswith("记下了 #3")


def test_a_list_that_is_too_long_loses_its_places_and_then_becomes_two(make_scene: Make):
    scene = make_scene()
    room = scene.room("r1")
    for number in range(1001, 1016):
        scene.receipt(room, number, "下水道堵塞", "很长的地名三单元楼下")

    scene.run()

    assert all(len(text) <= 120 for text in scene.texts())
    assert len(scene.texts()) == 2
    assert all(f"#{number}" in "".join(scene.texts()) for number in range(1001, 1016))
    assert "很长" not in scene.texts()[0]


def night(make: Make) -> tuple[Scene, int]:
    scene = make(now=local("03-04 22:40"))
    return scene, scene.room("r1")


def test_in_the_night_a_group_hears_nothing_and_one_sentence_in_the_morning(make_scene: Make):
    scene, room = night(make_scene)
    scene.receipt(room, 1041, "噪声", "KTV", after_s=25)
    scene.receipt(room, 1042, "路灯", "桥头", after_s=3600)

    scene.run(until=local("03-05 07:29"))
    assert scene.texts() == []
    scene.run()

    assert scene.texts() == ["昨晚记下2件：#1041噪声、#1042路灯。今早责任人联系，谢谢体谅。"]
    assert scene.wechat.said[0].at == local("03-05 07:30")


def test_even_a_single_case_of_the_night_is_told_in_the_morning_sentence(make_scene: Make):
    scene, room = night(make_scene)
    scene.receipt(room, 1041, "噪声", "KTV", after_s=25)

    scene.run()

    assert scene.texts() == ["昨晚记下1件：#1041噪声。今早责任人联系，谢谢体谅。"]


def test_an_emergency_is_told_at_night(make_scene: Make):
    scene, room = night(make_scene)
    scene.receipt(room, 1041, "噪声", "KTV", after_s=25)
    scene.queue("call 120", room_id=room, rank=Rank.EMERGENCY)

    scene.run(until=local("03-04 23:59"))

    assert scene.texts() == ["call 120"]


def test_cards_of_the_night_are_one_private_word_in_the_morning(make_scene: Make):
    scene, _ = night(make_scene)
    leader = scene.person("leader")
    for number, cat in ((1041, "噪声"), (1042, "路灯")):
        scene.queue(
            key="CARD_DM", identity_id=leader, gathers="card", not_before=local("03-05 07:30"), rank=Rank.ROUTINE,
            blanks={"no": number, "cat": cat, "place": "桥头", "urg": "一般", "text": "x", "due": "10:00"},
        )  # fmt: skip

    scene.run()

    assert scene.texts("leader") == [
        "早上好，昨晚转给您2件：#1041噪声(桥头)、#1042路灯(桥头)。看到请回“接单”加编号。"
    ]


def test_urgent_cards_go_one_by_one_at_any_hour(make_scene: Make):
    scene, _ = night(make_scene)
    leader = scene.person("leader")
    for number in (1041, 1042):
        scene.queue(f"card {number}", identity_id=leader, gathers="card", rank=Rank.URGENT)

    scene.run()

    assert scene.texts("leader") == ["card 1041", "card 1042"]


def test_doubts_about_several_lines_are_one_private_word(make_scene: Make):
    scene = make_scene()
    leader = scene.person("leader")
    for cat in ("路灯", "停水", "路灯"):
        scene.queue(key="HINT_DM", identity_id=leader, gathers="hint", blanks={"cat": cat, "n": 1})

    scene.run()

    assert [text[:17] for text in scene.texts("leader")] == ["群里有3条像诉求的话（路灯、停水）"]


def test_a_case_withdrawn_while_its_receipt_waits_is_not_in_the_list(make_scene: Make):
    scene, room = night(make_scene)
    scene.receipt(room, 1041, "噪声", "KTV", after_s=25)
    scene.receipt(room, 1042, "路灯", "桥头", after_s=25, state="cancelled")

    scene.run()

    assert scene.texts() == ["昨晚记下1件：#1041噪声。今早责任人联系，谢谢体谅。"]


def test_a_receipt_that_another_process_takes_while_it_is_looked_at_holds_nothing_up(make_scene: Make):
    scene = make_scene()
    room = scene.room("r1")
    taken = scene.receipt(room, 1, "路灯", "桥头")
    scene.queue("next", room_id=scene.room("r2"))
    siblings = scene.delivery.outbox.siblings

    def too_late(row: Queued, until: datetime) -> list[Queued]:
        Outbox(scene.engine).bury([taken], "said elsewhere")
        return siblings(row, until)

    scene.delivery.outbox.siblings = too_late  # type: ignore[method-assign]
    scene.run()

    assert scene.texts() == ["next"]
    assert scene.row(taken).state == "dead"
