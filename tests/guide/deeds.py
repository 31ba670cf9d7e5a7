"""What a person does with each line of the guide, and what must be so afterwards.

A line that is typed is taken from the guide; here stands what the guide says in between. A block that is added,
or has more lines or fewer, is not known here and fails ``tests/guide/test_guide.py``.
"""

from tests.gateway.test_story import lamp_story
from tests.gateway.village import FOUR, LIU, befriend_leaders, bind_village, first_codes, number_in
from tests.guide.follow import Deed, Follower

RUN = "python3 run.py run"
NOT_HERE = {
    "几个进程、几个账号": "PostgreSQL; followed by tests/leases",
    "用 systemd": "no systemd in a folder; the unit is checked by tests/test_deployment.py",
    "用 compose": "no containers in a folder; the file is checked by tests/test_deployment.py",
    "退回旧版本": "it throws away what the new version wrote; followed by tests/test_schema_cli.py",
}


def types(*says: str) -> Deed:
    """It is typed and says this."""

    def deed(person: Follower, line: str) -> None:
        person.types(line, *says)

    return deed


def not_here(why: str) -> Deed:
    """It is left out."""
    return lambda person, line: person.tell(f"({person.means(line)}: {why})")


def on_bare_debian(person: Follower, line: str) -> None:
    """Whoever has them already need not."""
    if person.machine.is_bare:
        person.types(line)
    else:
        person.tell(f"({line}: is here already)")


def enters(person: Follower, line: str) -> None:
    person.enters(person.folder / line.removeprefix("cd "))


def chooses_settings(person: Follower, line: str) -> None:
    """编辑 config.toml：地名、预置、密钥要自己定，其余有默认值。"""
    person.here.choose(person.types(line).said.strip())


def fills_in_the_roster(person: Follower, line: str) -> None:
    """空白的“导入模板.xlsx”, filled in; then what would change."""
    person.here.fill_in("导入模板.xlsx", "名册.xlsx")
    person.types(line)


def remembers_code(of: str) -> Deed:
    """24 小时内有效，只能用一次: it is said when the account is logged in."""

    def deed(person: Follower, line: str) -> None:
        person.calls(of, person.types(line).said)

    return deed


def runs(person: Follower, line: str) -> None:
    """It stays running; the page that monitoring reads says so."""
    assert person.means(line) == RUN
    person.here.launch()
    person.here.wait_for(person.here.health, "it answers")
    person.tell(RUN)


def names_the_gateway(person: Follower, line: str) -> None:
    person.here.add(person.means(line))


def restarts_and_asks_the_doctor(person: Follower, line: str) -> None:
    """改完重启程序; then the codes are said, and a lamp is reported, claimed, mended and rated."""
    person.here.stop()
    person.here.start()
    person.types(line, "gateway")
    befriend_leaders(person.village)
    bind_village(person.village, person.means("CODE-PERSON"), person.means("CODE-ROOM"))
    lamp_story(person.here, person.village)
    assert len(person.here.cases()) == 1
    person.tell("a request in a group became a case and was ended")


def keeps_a_copy(person: Follower, line: str) -> None:
    """Another one on the stick, which is restored from later; then something happens."""
    said = person.types(line, "taken and verified").said
    file = said.partition("taken and verified: ")[2].partition(",")[0]
    person.calls("/mnt/usb/linli-20261123-024000.backup", file)
    person.calls("备份文件", file)


def is_refused(person: Follower, line: str) -> None:
    """库里有比备份新的事，就不恢复。"""
    person.village.say(person.village.neighbour(), "四组井盖坏了好几天了", FOUR)
    number_in(person.village.hears(FOUR, "记下了"))
    person.rests()  # 先停下程序
    person.types(line, "newer", "--over-newer", code=2)
    assert len(person.here.cases()) == 2  # the lamp and the lid


def restores(person: Follower, line: str) -> None:
    """原来的库不删，留在旁边; what the backup holds is there, and the program works on it."""
    person.types(line, "is kept as")
    assert len(person.here.cases()) == 1
    person.here.start()
    person.rests()


def pulls(person: Follower, line: str) -> None:
    """SQLite 先停程序; a place that has run the version before, with an open case in it."""
    person.finds_an_older_place()
    for told_then in ("python3 run.py setup", "cp config.example.toml config.toml"):
        person.types(told_then)
    person.here.choose("a secret that was chosen long ago, with 32 and more signs")
    person.types("python3 run.py migrate")
    person.types("python3 run.py import 名册.xlsx")
    person.here.add(
        f'[channels.main]\nkind = "wechaty"\nendpoint = "{person.gateway.endpoint}"\n'
        f'token = "{person.gateway.token}"\n'
    )
    duty, four = (code() for code in first_codes(person.here))
    person.here.start()
    befriend_leaders(person.village)
    bind_village(person.village, duty, four)
    person.village.say(person.village.neighbour(), "四组桥头路灯不亮好几天了", FOUR)
    person.calls("CASE", number_in(person.village.hears(FOUR, "记下了", "路灯")))
    person.here.stop()
    person.types(line)
    now = person.machine.types("git rev-parse HEAD", person.folder).said.strip()
    assert now == person.newest


def works_on(person: Follower, line: str) -> None:
    """The new version ends what the old one began."""
    runs(person, line)
    person.here.sees("online")
    no = person.means("CASE")
    person.village.say(LIU, f"办结 {no} 灯泡已换新", FOUR)
    person.village.hears(FOUR, f"#{no} 办好了：灯泡已换新")
    person.rests()


DEEDS: dict[str, tuple[tuple[Deed, ...], ...]] = {
    "安装": (
        (on_bare_debian, on_bare_debian, types(), enters),
        (types("ready"), types(), chooses_settings),
        (types("schema"), types("preset anxiang", "no town")),
    ),
    "建一个地方": (
        (types("导入模板.xlsx"), fills_in_the_roster, types()),
        (remembers_code("CODE-PERSON"), remembers_code("CODE-ROOM")),
    ),
    "运行": ((runs,),),
    "接真实网关": (
        (not_here("the real npm gateway of tests/gateway runs in its place"),),
        (names_the_gateway,),
        (restarts_and_asks_the_doctor,),
    ),
    "备份": ((types("taken and verified"), keeps_a_copy, types("could be restored")),),
    "恢复": ((is_refused, restores, not_here("PostgreSQL; followed by tests/backup/test_restoring.py")),),
    "升级": ((pulls, types("schema"), works_on),),
}
