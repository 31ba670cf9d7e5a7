"""The web application as a browser's requests see it, over real HTTP."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from bot.clocks import MovableClock
from models.rules.message import LinkState, Message, MessageKind, Outgoing
from tests.browser.stage import NOON, RelayDesk, Stage, build_stage, offline, served
from web.app import create_app
from web.relay_door import RelayTask
from web.scenes import SCENES
from web.serve import NotLoopback, server

TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


@pytest.fixture
def stage() -> Iterator[Stage]:
    with served(build_stage()) as stage:
        yield stage


@pytest.fixture
def client(stage: Stage) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stage.address, follow_redirects=True, trust_env=False) as client:
        yield client


def token(client: httpx.Client, page: str = "/") -> str:
    found = TOKEN.search(client.get(page).text)
    assert found
    return found[1]


def say(client: httpx.Client, person: str, text: str, chat: str = "room:four", **more: str) -> httpx.Response:
    fields = {"csrf": token(client), "person": person, "chat": chat, "text": text, **more}
    return client.post("/say", data=fields)


def heard(stage: Stage) -> list[Message]:
    return [event for event in stage.bot.take() if isinstance(event, Message) and not event.own]


def test_what_a_person_types_is_heard_by_the_bot(stage: Stage, client: httpx.Client):
    answer = say(client, "wang", "四组桥头路灯不亮好几天了")

    assert answer.status_code == 200
    assert [(one.sender, one.room, one.text) for one in heard(stage)] == [
        ("wang", "four", "四组桥头路灯不亮好几天了")
    ]


def test_several_lines_stay_several_lines(stage: Stage, client: httpx.Client):
    say(client, "he", "发通知 四组\r\n明早停水", chat="private")

    assert [one.text for one in heard(stage)] == ["发通知 四组\n明早停水"]


def test_the_mention_button_mentions_and_a_quote_is_split_off(stage: Stage, client: httpx.Client):
    first = stage.wechat.say("wang", "路灯不亮", room="four")
    say(client, "liu", "接单", quoting=first.id, mention="true")

    last = heard(stage)[-1]
    assert (last.quote, last.text, last.mentions_us) == ("路灯不亮", "@小助手\u2005接单", True)


def test_a_built_in_photo_goes_ahead_of_the_words(stage: Stage, client: httpx.Client):
    say(client, "wang", "就这里", scene="lamp")

    photo, words = heard(stage)
    assert (photo.kind, photo.attachments[0].caption) == (MessageKind.IMAGE, "桥头路灯不亮")
    assert words.text == "就这里"
    shown = client.get(f"/picture/chen/{photo.id}")
    assert (shown.headers["content-type"], shown.content) == ("image/png", SCENES["lamp"].content)


def test_a_file_that_is_no_picture_is_refused_with_a_sentence(stage: Stage, client: httpx.Client):
    fields = {"csrf": token(client), "person": "wang", "chat": "room:four", "text": "看"}
    answer = client.post("/say", data=fields, files={"photo": ("a.png", b"<svg onload=alert(1)>")})

    assert answer.status_code == 422
    assert "不是照片" in answer.text
    assert heard(stage) == []


def test_a_picture_over_the_limit_is_refused(client: httpx.Client):
    fields = {"csrf": token(client), "person": "wang", "chat": "room:four", "text": ""}
    content = SCENES["lamp"].content + bytes(3 * 1024 * 1024)
    answer = client.post("/say", data=fields, files={"photo": ("a.png", content)})

    assert answer.status_code == 413
    assert "3 MB" in answer.text


def test_a_phone_shows_only_what_its_member_would_see(stage: Stage, client: httpx.Client):
    hidden = stage.wechat.say("zhou", "五组的事", room="five")
    private = stage.wechat.say("liu", "我的单")

    assert "五组的事" not in client.get("/?phone=wang&c.wang=room:five").text.partition('id="phone-liu"')[0]
    assert say(client, "wang", "混进去", chat="room:five").status_code == 404
    assert say(client, "wang", "引用别人的私信", quoting=private.id).status_code == 404
    assert client.get(f"/picture/wang/{hidden.id}").status_code == 404


def test_a_stranger_asks_for_friendship_before_private_chat(stage: Stage, client: httpx.Client):
    assert "加小助手为好友" in client.get("/?c.wang=private").text
    assert say(client, "wang", "在吗", chat="private").status_code == 404
    client.post("/befriend", data={"csrf": token(client), "person": "wang"})

    assert stage.wechat.has_asked("wang")
    assert "已发出好友申请" in client.get("/?c.wang=private").text


def test_only_the_sender_takes_a_line_back_and_only_for_two_minutes(stage: Stage, client: httpx.Client):
    line = stage.wechat.say("wang", "看错了", room="four")
    csrf = token(client)

    assert client.post("/recall", data={"csrf": csrf, "person": "chen", "line": line.id}).status_code == 404
    assert client.post("/recall", data={"csrf": csrf, "person": "wang", "line": line.id}).status_code == 200
    assert "王桂香撤回了一条消息" in client.get("/").text
    late = stage.wechat.say("wang", "太晚了", room="four")
    client.post("/clock", data={"csrf": csrf, "step": "600"})
    assert client.post("/recall", data={"csrf": csrf, "person": "wang", "line": late.id}).status_code == 404


@pytest.mark.parametrize(
    ("step", "shown"),
    [
        ("25", "7月12日 周六 12:00:30"),
        ("3600", "7月12日 周六 13:00:05"),
        ("morning", "7月13日 周日 07:30:00"),
    ],
)
def test_the_clock_moves_by_one_click(client: httpx.Client, step: str, shown: str):
    answer = client.post("/clock", data={"csrf": token(client), "step": step})

    assert shown in answer.text


def test_the_clock_can_be_held_and_let_run(stage: Stage, client: httpx.Client):
    client.post("/clock", data={"csrf": token(client), "step": "run"})
    assert stage.clock.running
    client.post("/clock", data={"csrf": token(client), "step": "stop"})
    assert not stage.clock.running
    assert client.post("/clock", data={"csrf": token(client), "step": "-5"}).status_code == 422


def test_a_form_without_our_token_changes_nothing(stage: Stage, client: httpx.Client):
    fields = {"person": "wang", "chat": "room:four", "text": "伪造"}
    stolen = token(client)
    client.cookies.clear()

    assert client.post("/say", data=fields).status_code == 422
    assert client.post("/say", data={**fields, "csrf": "x.y"}).status_code == 403
    assert client.post("/say", data={**fields, "csrf": stolen}).status_code == 403
    assert heard(stage) == []


def test_a_page_of_another_host_name_is_not_served(client: httpx.Client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "page", ["/", "/console", "/relay", "/status", "/healthz", "/nowhere", "/static/linli.css"]
)
def test_every_answer_carries_strict_headers(client: httpx.Client, page: str):
    headers = client.get(page).headers

    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("page", ["/", "/console", "/relay", "/status"])
def test_no_page_holds_inline_code_or_names_another_host(client: httpx.Client, page: str):
    html = client.get(page).text

    assert not re.search(r"<script(?! src=\"/static/)|<style| style=| on\w+=", html)
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", html)


def test_what_people_say_is_text_never_markup(stage: Stage, client: httpx.Client):
    stage.wechat.say("wang", "<script>alert(1)</script>", room="four")

    assert "<script>alert(1)" not in client.get("/").text


def test_a_form_never_leads_to_another_host(client: httpx.Client):
    for back in ("//evil.example/", "https://evil.example/", "/\\evil.example"):
        answer = client.post(
            "/clock", data={"csrf": token(client), "step": "25", "back": back}, follow_redirects=False
        )
        assert answer.headers["location"] == "/"


def test_the_machine_readable_health_tells_trouble_by_its_status(stage: Stage, client: httpx.Client):
    sick = client.get("/readyz")
    stage.status = offline(stage.status)
    well = client.get("/readyz")

    assert (sick.status_code, sick.json()["accounts"]["old"]["state"]) == (503, "deaf")
    assert sick.json()["outbox"] | {"oldest_age_s": 0} == {
        "queued": 1, "in_doubt": 1, "relay": 0, "oldest_age_s": 0,
    }  # fmt: skip
    assert (well.status_code, well.json()["ready"]) == (200, True)
    assert client.get("/healthz").json() == {"ok": True}


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (LinkState.OFFLINE, "断线"),
        (LinkState.MUTE, "发不出消息"),
        (LinkState.LOGGED_OUT, "已退出登录"),
        (LinkState.STARTING, "正在连接"),
    ],
)
def test_the_status_page_names_each_trouble_and_what_to_do(
    stage: Stage, client: httpx.Client, state: LinkState, words: str
):
    (account,) = offline(stage.status).accounts
    stage.status = replace(offline(stage.status), accounts=(replace(account, state=state),))

    page = client.get("/status").text
    assert words in page
    assert "07:00 起，已 5 小时" in page


def test_the_code_to_scan_is_drawn_on_the_status_page(client: httpx.Client):
    page = client.get("/status").text

    assert "等待扫码" in page
    assert "<svg" in page
    assert "login.example" not in page


def test_outages_and_waiting_texts_are_listed(client: httpx.Client):
    page = client.get("/status").text

    assert "还没恢复" in page
    assert "不知发没发出" in page


def test_an_empty_township_reads_as_a_beginning(stage: Stage, client: httpx.Client):
    stage.status = replace(offline(stage.status), accounts=())
    stage.console = replace(stage.console, cases=(), open=0, overdue=0, unclaimed=0)
    stage.relay.tasks = []

    assert "还没有接微信账号" in client.get("/status").text
    assert "没有在办的事" in client.get("/console").text
    assert "没有要转发的" in client.get("/relay").text


def test_the_first_number_of_the_day_is_the_most_urgent_one(stage: Stage, client: httpx.Client):
    assert "1 件已超期" in client.get("/console").text
    stage.console = replace(stage.console, overdue=0)
    assert "1 件还没人接" in client.get("/console").text


def test_a_relayed_text_is_settled_once_however_often_the_button_is_pressed(
    stage: Stage, client: httpx.Client
):
    csrf = token(client, "/relay")
    first = client.post("/relay/confirm", data={"csrf": csrf, "task": "out-31"})
    second = client.post("/relay/confirm", data={"csrf": csrf, "task": "out-31"})
    client.post("/relay/give-up", data={"csrf": csrf, "task": "out-32"})

    assert (first.status_code, second.status_code) == (200, 409)
    assert "这条已经有人处理过了" in second.text
    (sent, dead) = stage.relay.settled
    assert (sent[:2], dead[:2]) == (("out-31", "sent"), ("out-32", "dead"))
    assert sent[2].startswith("web:")
    assert sent[2] != dead[2]


def test_urgent_texts_wait_on_top(client: httpx.Client):
    page = client.get("/relay").text

    assert page.index("八组群") < page.index("七组群")


class BrokenDesk(RelayDesk):
    """A desk whose database says more than a log may hold."""

    def waiting(self) -> tuple[RelayTask, ...]:
        raise RuntimeError("王桂香 13800001234")


def test_a_fault_of_ours_is_a_page_that_says_what_to_do_and_a_line_that_repeats_nobodys_words(
    capfd: pytest.CaptureFixture[str],
):
    stage = build_stage()
    stage.relay = BrokenDesk([])
    with (
        served(stage) as stage,
        httpx.Client(base_url=stage.address, trust_env=False) as client,
        capture_logs() as lines,
    ):
        page = client.get("/relay")
        told = client.get("/relay", headers={"accept": "application/json"})

    line, _ = lines
    assert (line["event"], line["log_level"], line["route"]) == ("page failed", "error", "/relay")
    assert page.status_code == told.status_code == 500
    assert "程序出了问题" in page.text
    assert f"把编号 {line['number']} 告诉管服务器的人" in page.text
    assert 'aria-label="主菜单"' in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "过一分钟再试" in told.json()["error"]
    assert "王桂香" not in page.text + told.text + "".join(capfd.readouterr())


def test_outside_the_demo_there_are_no_simulated_phones():
    with (
        served(build_stage(), demo=False) as stage,
        httpx.Client(base_url=stage.address, trust_env=False) as client,
    ):
        assert client.get("/").headers["location"] == "/console"
        assert client.post("/say", data={"person": "wang"}).status_code == 404
        assert client.get("/live").status_code == 404
        assert "模拟群" not in client.get("/console").text


def test_old_addresses_still_open(client: httpx.Client):
    assert client.get("/?phone=ghost&c.wang=room:gone&q.wang=sim-99").status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "example.org", "::"])  # noqa: S104 - must be refused
def test_the_web_is_never_opened_to_the_network(stage: Stage, host: str):
    with pytest.raises(NotLoopback):
        server(create_app(stage.doors()), host, 0)


def test_unread_lines_are_counted_until_the_chat_is_opened(stage: Stage):
    stage.bot.say_now(Outgoing("liu", "#1 路灯不亮", in_room=False))

    closed = stage.phones.phone("liu", "room:four")
    opened = stage.phones.phone("liu", "private")
    assert [chat.unread for chat in closed.chats] == [0, 1]
    assert [chat.unread for chat in opened.chats] == [0, 0]


def test_scenes_are_real_pictures():
    assert all(scene.content.startswith(b"\x89PNG") for scene in SCENES.values())


def test_nothing_of_another_host_is_in_the_static_files():
    static = Path("web/static")
    for file in static.rglob("*.*"):
        if file.suffix in {".css", ".js"}:
            assert not re.search(r"https?://|url\(", file.read_text(encoding="utf-8"))


def test_a_clock_that_stands_still_is_moved_only_by_hand():
    clock = MovableClock(lambda: NOON, running=False)
    with pytest.raises(ValueError, match="forwards"):
        clock.advance(-(clock.to_morning()))
    clock.advance(clock.to_morning())
    assert clock().isoformat() == "2025-07-12T23:30:00+00:00"
