"""The reference pages, written from what the program really has, so that they cannot tell another story.

``python -m bot.reference`` writes docs/reference, and what is worked out of the lexicon's expressions; tests compare.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from typer.main import get_command

from bot.cli import app
from bot.seed_pages import seed_systems
from handlers.registry import all_handlers, load_handlers
from handlers.understanding import load_understanding
from handlers.understanding.anchors import work_out
from handlers.understanding.commands import load_phrases
from jobs.schedule import JOBS, load_jobs
from models.expressions import EXPRESSIONS, written_needs
from models.presets import load_presets
from models.rules.case_life import MOVES, OPEN_STATES, State, Who
from models.rules.decision import NOTHING
from models.rules.expressions import asked, digest, forget
from models.rules.permissions import EVERYBODY, THE_CLOCK, Permission

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference"
SETTING = ("Key", "In the example", "Meaning")
SECTION = re.compile(r"(?:# )?\[([a-z_.]+)\]$")
KEY = re.compile(r'(?:# )?(?P<name>[a-z_]+) = (?P<value>"[^"]*"|\{.*?\}|\S+)(?:\s+# (?P<beside>.*))?$')
WRITTEN = "<!-- Written by `python -m bot.reference`; change the source, not this page. -->"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [list(head), ["---"] * len(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _first_sentence(document: str | None) -> str:
    return (document or "").strip().split("\n\n", maxsplit=1)[0].replace("\n", " ").replace("``", "`")


def chat_commands() -> str:
    """What people can say to the assistant, and which of it is understood but not answered yet."""
    load_handlers()
    handlers = {handler.intent.__name__: handler for handler in all_handlers()}
    rows = []
    for phrase in load_phrases(ROOT / "locale" / "zh_CN").phrases:
        handler = handlers.get(phrase.intent)
        says = "<br>".join(phrase.say)
        may = f"`{handler.may}`" if handler else "not answered in this version"
        what = _first_sentence(handler.intent.__doc__) if handler else ""
        rows.append((says, ", ".join(sorted(phrase.users)), f"`{phrase.intent}`", may, what))
    return table(("Said, for example", "By", "Intent", "Takes", "Meaning"), rows)


def permissions() -> str:
    """Every permission, who has it and which intents take it."""
    load_handlers()
    posts = [(preset, post) for preset in load_presets().values() for post in preset.posts.values()]
    rows = []
    for permission in Permission:
        holders = ["everybody"] if permission in EVERYBODY else []
        holders += ["the clock"] if permission in THE_CLOCK else []
        holders += ["posts"] if any(permission in post.may for _, post in posts) else []
        takers = [f"`{handler.intent.__name__}`" for handler in all_handlers() if handler.may is permission]
        rows.append((f"`{permission}`", ", ".join(holders) or "the operator", ", ".join(takers) or "–"))
    held = [
        (preset.title, post.name, f"`{post.code}`", ", ".join(f"`{may}`" for may in sorted(post.may)) or "–")
        for preset, post in posts
    ]
    return (
        table(("Permission", "Who has it", "Intents that take it"), rows)
        + "\n\n## Posts of the presets\n\n"
        + table(("Preset", "Post", "Code", "Permissions"), held)
    )


def case_life() -> str:
    """The life of a case: the drawing and the table of every step."""
    drawn = ["```mermaid", "stateDiagram-v2", "  [*] --> new: create"]
    drawn += [
        f"  {origin} --> {move.target}: {move.step}"
        for move in MOVES
        if move.target
        for origin in sorted(move.origins)
        if origin is not move.target
    ]
    drawn += [
        f"  {state} --> [*]" for state in State if state not in OPEN_STATES and state is not State.RESOLVED
    ]
    rows = [
        (
            f"`{move.step}`", ", ".join(sorted(move.origins)), move.target or "stays",
            ", ".join(str(who.name).lower().replace("_", " ") for who in Who if who in move.by),
        )
        for move in MOVES
    ]  # fmt: skip
    return "\n".join([*drawn, "```", "", table(("Step", "From", "To", "By"), rows)])


def settings() -> str:
    """Every key of config.example.toml: its value there, and the comment above or beside it."""
    parts: list[str] = []
    rows: list[tuple[str, str, str]] = []
    comment: list[str] = []
    after_key = False
    for line in (ROOT / "config.example.toml").read_text(encoding="utf-8").splitlines():
        if head := SECTION.match(line):
            parts += [table(SETTING, rows), f"\n## [{head[1]}]\n"]
            rows = []
        elif key := KEY.match(line):
            rows.append((f"`{key['name']}`", f"`{key['value']}`", key["beside"] or " ".join(comment)))
        elif line:
            comment = [*([] if after_key else comment), line.strip("# ")]
        else:
            comment = []
        after_key = bool(SECTION.match(line) or KEY.match(line))
    return "\n".join([*parts, table(SETTING, rows)])


def jobs() -> str:
    """What happens by itself at fixed moments."""
    load_jobs()
    rows = [
        (
            f"`{job.name}`",
            f"`{job.cron}`",
            f"{job.grace.total_seconds() / 3600:g} h",
            _first_sentence(job.intents.__doc__),
        )
        for _, job in sorted(JOBS.items())
    ]
    return (
        table(("Job", "When (cron, Asia/Shanghai)", "Made up for", "What"), rows)
        + "\n\nWhat becomes due by a case or a notice (a limit that runs out, a message at its hour) is a row in the"
        " due table and happens once, whenever the program comes to it."
    )


def command_line() -> str:
    """Every command of ``python -m bot`` with its options."""
    return "\n\n".join(_commands(get_command(app), "python -m bot"))


def _commands(command: Any, called: str) -> Iterator[str]:
    """The section of a command, or the sections of those below it."""
    below = getattr(command, "commands", None)
    if below is not None:
        for name, each in sorted(below.items()):
            yield from _commands(each, f"{called} {name}")
        return
    rows = [
        (f"`{'` `'.join([*each.opts, *each.secondary_opts])}`", getattr(each, "help", None) or "")
        for each in command.params
    ]
    yield f"## {called}\n\n{_first_sentence(command.help)}"
    if rows:
        yield table(("Option", "Meaning"), rows)


PAGES: dict[str, tuple[str, Callable[[], str]]] = {
    "case-life.md": ("The life of a case", case_life),
    "chat-commands.md": ("What people can say", chat_commands),
    "command-line.md": ("The command line", command_line),
    "jobs.md": ("What happens by itself", jobs),
    "permissions.md": ("Who may do what", permissions),
    "seed-systems.md": ("The seed systems, row by row", lambda: seed_systems(table)),
    "settings.md": ("Settings", settings),
}


def written() -> dict[str, str]:
    """Every page by file name, as it must stand in docs/reference."""
    return {name: f"# {title}\n\n{WRITTEN}\n\n{page()}\n" for name, (title, page) in PAGES.items()}


def expressions() -> str:
    """What is worked out of every expression of the lexicon and the commands (models.expressions)."""
    forget()
    understanding = load_understanding(ROOT / "lexicon", ROOT / "locale" / "zh_CN")
    details = understanding.with_words(NOTHING, "-").details
    _ = details.places, details.told  # their tables are made ready when first asked
    return written_needs({digest(each): work_out(each) for each in asked()})


def main() -> None:
    """Write the pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in written().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"docs/reference/{name}\n")
    (ROOT / "lexicon" / EXPRESSIONS).write_text(expressions(), encoding="utf-8")
    sys.stdout.write(f"lexicon/{EXPRESSIONS}\n")


if __name__ == "__main__":
    main()
