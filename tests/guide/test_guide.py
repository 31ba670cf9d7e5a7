"""The operators' guide, followed word by word."""

import pytest

from tests.gateway.driver import Gateway, install_packages
from tests.guide.blocks import blocks_of, guide_in
from tests.guide.deeds import DEEDS, NOT_HERE
from tests.guide.follow import Follower, follow, unknown
from tests.guide.machine import new_home
from tests.guide.older import older_commit
from tests.house.source import ROOT
from tests.reliability.previous_release import git


def test_every_line_of_the_guide_is_followed_or_says_why_not():
    assert unknown(blocks_of(guide_in(ROOT)), DEEDS, NOT_HERE) == []


@pytest.mark.parametrize(
    ("here", "there", "told"),
    [
        ("python3 run.py check\n```", "python3 run.py check\npython3 run.py sizes\n```", "安装 has blocks"),
        ("### 恢复", "### 搬家", "恢复 is not in the guide"),
    ],
)
def test_a_line_that_nobody_follows_yet_is_found(here: str, there: str, told: str):
    changed = guide_in(ROOT).replace(here, there)

    assert any(told in wrong for wrong in unknown(blocks_of(changed), DEEDS, NOT_HERE))


@pytest.mark.gateway
@pytest.mark.timeout(600)
def test_whoever_follows_the_guide_installs_connects_backs_up_restores_and_upgrades():
    told: list[str] = []
    older = older_commit(same_packages=True)
    guide = blocks_of(git("show", "HEAD:docs/operators.md"))
    with (
        new_home() as machine,
        Gateway(install_packages()) as gateway,
        Follower(machine, gateway, older, told.append) as person,
    ):
        follow(person, guide, DEEDS, NOT_HERE)

    assert "python3 run.py restore" in "\n".join(told)
