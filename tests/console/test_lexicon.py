"""The lexicon's pages: a line is tried, a word is looked at before it counts, and it counts at once and only where it belongs."""

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

from bot.parts import Parts
from handlers.learning.comparing import Line
from tests.console.site import Site, Visit, serve_site
from tests.console.villages import words_of
from tests.town.town import DUTY, LEADER, OUTSIDER, RESIDENT, Town

ROOM = re.compile(r'<option value="(\d+)"[^>]*>三邻群<')
LOOKED = re.compile(r'name="looked" value="(\w+)"')
BULB = "我家门口亮疙瘩瞎了好几天"


def room(visit: Visit) -> str:
    found = ROOM.search(visit.get("/lexicon").text)
    assert found
    return found[1]


def area(visit: Visit, name: str) -> str:
    found = re.search(rf'<option value="(\d+)"[^>]*>[^<]*{name}<', visit.get("/lexicon/words").text)
    assert found
    return found[1]


def word(visit: Visit, **more: str) -> dict[str, str]:
    told = {"kind": "word", "word": "亮疙瘩瞎了", "category": "B02", "weight": "1.5", "note": "老人的叫法"}
    return {"area": area(visit, "安全村"), **told, **more}


def add(visit: Visit, **more: str) -> str:
    """Look, then save."""
    typed = word(visit, **more)
    seen = visit.post("/lexicon/words", "/lexicon/words", step="look", **typed)
    assert seen.status_code == 200, words_of(seen)
    looked = LOOKED.search(seen.text)
    assert looked
    saved = visit.post("/lexicon/words", "/lexicon/words", step="save", looked=looked[1], **typed)
    assert saved.status_code == 200, words_of(saved)
    return words_of(saved)


def test_a_line_is_tried_and_nothing_is_said(site: Site):
    visit = site.signed_in(DUTY)
    seen = visit.post("/lexicon", "/lexicon", words="3栋2单元楼道灯坏了好几天了", room=room(visit))
    words = words_of(seen)
    for told in ("会立案", "B02路灯照明", "片长胡", "算数的词", "灯坏了", "群里三邻群", "私信片长胡"):
        assert told in words, told
    assert site.town.cases() == []
    assert site.town.room() == []


def test_a_line_that_is_chat_is_met_with_silence_and_the_page_says_so(site: Site):
    visit = site.signed_in(DUTY)
    seen = words_of(visit.post("/lexicon", "/lexicon", words="今天天气真好", room=room(visit)))
    assert ("不作声" in seen, "什么也不说" in seen) == (True, True)


def test_an_empty_line_and_a_foreign_group_are_told_so(site: Site):
    visit = site.signed_in(DUTY)
    here = room(visit)
    empty = visit.post("/lexicon", "/lexicon", words=" ", room=here)
    assert (empty.status_code, "还没有写话" in empty.text) == (422, True)
    foreign = site.signed_in(OUTSIDER)
    answer = foreign.client.post(
        "/lexicon", data={"csrf": foreign.token("/me"), "words": "路灯坏了", "room": here}
    )
    assert answer.status_code == 404


def test_a_word_is_looked_at_saved_and_counts_in_the_next_line(site: Site):
    visit = site.signed_in(DUTY)
    site.town.wait(minutes=20)
    before = words_of(visit.post("/lexicon", "/lexicon", words=BULB, room=room(visit)))
    assert "B02路灯照明" not in before

    listed = add(visit)
    assert ("1个本地词在用" in listed, "谷" in listed) == (True, True)
    after = words_of(visit.post("/lexicon", "/lexicon", words=BULB, room=room(visit)))
    assert ("会立案" in after, "B02路灯照明" in after, "亮疙瘩瞎了" in after) == (True, True, True)
    site.town.machine.dispatch.current_town()  # as the heartbeat of another process does every second
    site.town.say(BULB, by=RESIDENT)
    assert [case.category for case in site.town.cases()] == ["B02"]


def test_a_word_of_one_village_means_nothing_in_another(site: Site):
    visit = site.signed_in(DUTY)
    add(visit)
    town = site.town.machine.dispatch.current_town()
    from models.rules.area_words import words_heard  # noqa: PLC0415
    from models.rules.seats import RoomCard  # noqa: PLC0415

    there = next(node.id for node in town.areas.values() if node.name == "平安村")
    other = RoomCard(99, "simulator", "other", "九组群", "resident", 1, (there,))
    here = next(card for card in town.rooms.values() if card.platform_id == "room")
    assert words_heard(town, other) is None
    assert [each.word for each in words_heard(town, here).words] == ["亮疙瘩瞎了"]
    assert "亮疙瘩瞎了" not in site.signed_in(OUTSIDER).get("/lexicon/words").text


def test_a_saved_word_is_changed_taken_away_and_the_list_says_by_whom(site: Site):
    visit = site.signed_in(DUTY)
    add(visit)
    listed = visit.get("/lexicon/words").text
    page = re.search(r'href="(/lexicon/words/\d+)"', listed)[1]
    ended = visit.post(page, page, step="look-end", **word(visit))
    assert "去掉以后会变什么" in words_of(ended)
    gone = words_of(visit.post(page, page, step="end", **word(visit)))
    assert ("还没有本地词" in gone, "去掉：谷" in gone) == (True, True)
    assert visit.get(page).status_code == 404


def test_a_word_that_would_spoil_a_known_sentence_is_shown_and_not_saved(site: Site):
    visit = site.signed_in(DUTY)
    typed = word(visit, word="垃圾", category="B02", weight="3")
    seen = visit.post("/lexicon/words", "/lexicon/words", step="look", **typed)
    assert ("变错" in seen.text, "不能存" in seen.text) == (True, True)
    assert 'name="step" value="save"' not in seen.text
    looked = LOOKED.search(seen.text)[1]
    forced = visit.post("/lexicon/words", "/lexicon/words", step="save", looked=looked, **typed)
    assert (forced.status_code, "没有存“垃圾”" in forced.text) == (409, True)
    assert 'value="垃圾"' in forced.text


def test_while_a_saved_word_is_tried_on_the_known_sentences_everybody_else_may_write(
    sqlite_url: str, parts: Parts
):
    town = Town(sqlite_url, parts)
    standing, free = town.parts.standing, []
    assert standing.rereading is not None
    known = standing.rereading.lines

    def reading() -> Sequence[Line]:
        with closing(sqlite3.connect(str(town.engine.url.database), timeout=0)) as other:
            other.execute("BEGIN IMMEDIATE")  # raises where the lock is held
            other.rollback()
        free.append(True)
        return known()

    watched = replace(standing, rereading=replace(standing.rereading, lines=reading))
    town.parts = replace(town.parts, standing=watched)
    with serve_site(town) as site:
        visit = site.signed_in(DUTY)
        assert "1个本地词在用" in add(visit)
        looked = len(free)
        page = re.search(r'href="(/lexicon/words/\d+)"', visit.get("/lexicon/words").text)[1]
        assert visit.post(page, page, step="end").status_code == 200
        assert (looked, len(free)) == (2, 3)
        assert "还没有" in words_of(visit.get("/lexicon/words"))
    town.close()


def test_what_is_saved_is_what_was_looked_at(site: Site):
    visit = site.signed_in(DUTY)
    typed = word(visit)
    looked = LOOKED.search(visit.post("/lexicon/words", "/lexicon/words", step="look", **typed).text)[1]
    other = {**typed, "word": "灯瞎了呀"}
    answer = visit.post("/lexicon/words", "/lexicon/words", step="save", looked=looked, **other)
    assert (answer.status_code, "刚才看过以后有改动" in answer.text) == (409, True)
    assert "还没有" in words_of(visit.get("/lexicon/words"))


def test_a_word_that_cannot_be_used_is_told_in_words_and_kept_in_the_form(site: Site):
    visit = site.signed_in(DUTY)
    for typed, told in (
        (word(visit, word="灯"), "太短或太长"),
        (word(visit, category=""), "没有"),
        (word(visit, weight="很重"), "分量"),
        (word(visit, kind="not_request", word="着火"), "紧急词"),
    ):
        answer = visit.post("/lexicon/words", "/lexicon/words", step="look", **typed)
        assert (answer.status_code, told in answer.text) == (422, True), told
        assert f'value="{typed["word"]}"' in answer.text


def test_a_leader_sees_the_words_and_cannot_add_any(site: Site):
    add(site.signed_in(DUTY))
    leader = site.signed_in(LEADER)
    page = leader.get("/lexicon/words").text
    assert ("您的岗位不能加词" in page, 'name="step"' in page) == (True, False)
    typed = {
        "kind": "word",
        "word": "灯泡瞎掉",
        "category": "B02",
        "weight": "1",
        "area": "1",
        "csrf": leader.token("/me"),
    }
    assert leader.client.post("/lexicon/words", data={**typed, "step": "look"}).status_code == 403
