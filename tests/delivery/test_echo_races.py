"""An echo and the answer to its own send are written down at the same moment."""

from bot.channels.simulator import Mishap
from models.outbox import Outbox
from tests.delivery.scene import Make
from tests.delivery.test_crashes import QUICK, hear_echoes


def test_a_send_answered_without_an_id_keeps_the_id_of_its_echo(make_scene: Make):
    scene = make_scene(pace=QUICK)
    scene.wechat.faults("a1").mishaps.append(Mishap.NO_ID)
    row = scene.queue("hello", room_id=scene.room("r1"))
    heard: list[int | None] = []

    def answer_comes(point: str) -> bool:
        if point == "before_sent":
            scene.die_at = lambda _: False
            Outbox(scene.engine).mark_sent(row, None, scene.now)
        return False

    def echo_comes_first(point: str) -> bool:
        if point == "after_send":
            scene.die_at = answer_comes
            heard.extend(hear_echoes(scene))
        return False

    scene.die_at = echo_comes_first
    scene.run()

    assert heard == [row]
    assert scene.row(row).state == "sent"
    assert scene.row(row).channel_message == scene.wechat.lines[-1].id
