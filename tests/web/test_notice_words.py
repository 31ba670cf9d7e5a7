"""What pages call the people a notice is for."""

import pytest

from models.presets import preset_named
from models.rules.notice_life import NoticeEnd
from models.rules.notice_rooms import Share
from models.rules.town import AreaNode, Town
from web.audience_tree import kinds_offered
from web.notice_words import SHARE_WORDS, STATE_WORDS, Names

TREE = {1: ("安乡", 2, None), 2: ("甲村", 3, 1), 3: ("乙村", 3, 1), 4: ("三组", 5, 2), 5: ("三组", 5, 3)}
AREAS = {i: AreaNode(i, name, "governance", "zu", rank, above) for i, (name, rank, above) in TREE.items()}
TOWN = Town(preset_named("anxiang"), AREAS, {}, {})


@pytest.mark.parametrize(
    ("audience", "words"),
    [
        ({"areas": [2]}, "甲村"),
        ({"areas": [2, 3]}, "甲村、乙村"),
        ({"areas": [2], "without": [4]}, "甲村，除甲村三组"),
        ({"areas": [4, 5]}, "甲村三组、乙村三组"),
        ({"areas": [99]}, "已撤的地方"),
        ({"areas": [1], "every": True}, "安乡，各级的群"),
        ({"areas": [1], "posts": ["zu_head", "lin_head"]}, "安乡，邻长、组长"),
        ({"areas": [1], "kinds": [["working", 2]]}, "安乡，村(社区)工作群"),
        ({"areas": [1], "tags": ["low_income"]}, "安乡，低保户"),
    ],
)
def test_whom_a_notice_is_for(audience: dict[str, object], words: str):
    assert Names(TOWN, tags=True).whom(audience) == words


def test_tags_of_households_are_named_to_those_who_may_know_them():
    assert Names(TOWN, tags=False).whom({"areas": [1], "tags": ["low_income"]}) == "安乡，一部分人"
    assert all(not choice.value.startswith("tag:") for choice in kinds_offered(TOWN, tags=False))


def test_each_state_has_its_words():
    assert STATE_WORDS.keys() >= {"asked", "scheduled", "sending", "missed", "cancelled", *NoticeEnd}
    assert SHARE_WORDS.keys() == {*Share}
