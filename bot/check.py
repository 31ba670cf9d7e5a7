"""``python -m bot check``: whether everything fits together, and in words what would happen."""

import ast
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.relay import RelaySettings
from bot.channels.wechaty.settings import WechatySettings
from bot.findings import Finding, bad, good, note
from bot.local_words import local_words, slips_of
from bot.parts import LEXICON, LOCALE, ROOT, Parts, load_parts
from bot.settings import Settings
from bot.working_calendar import check_calendar
from handlers.dispatch import Dispatch
from handlers.registry import intent_named
from handlers.texts import LocaleError, Texts
from handlers.township.wording import load_wording
from handlers.understanding.commands import load_phrases
from models.lexicon import Lexicon, LexiconError, load_lexicon
from models.local_lexicon import UnusableLocalWords
from models.preset_entries import PresetError
from models.presets import load_presets, unanswered_roles, unknown_matters
from models.rules.pacing import Pace, shanghai_date
from models.rules.town import Town
from models.rules.webhooks import is_area

SPEAKS = {"Reply": 0, "tell": 1, "tell_room": 1, "tell_seat": 1}
"""Ways to speak, and where the sentence's key stands among their arguments."""


def check_settings(settings: Settings) -> Iterator[Finding]:
    """What the settings alone say."""
    url = make_url(settings.database_url).render_as_string(hide_password=True)
    yield good(f"{settings.name}, preset {settings.preset}, database {url}")
    if not settings.contact:
        yield note("residents are told nobody to ask", "set contact in the configuration")
    if not settings.channels:
        yield note(
            "no channel: everything said waits for a person to copy it", "add a [channels.<account>] table"
        )
    for channel in settings.channels:
        if isinstance(channel, WechatySettings):
            guarded = "with TLS" if channel.tls else "without TLS"
            yield good(f"channel {channel.account} opens: gateway at {channel.endpoint}, {guarded}")
            if channel.allow_remote and not channel.tls:
                yield note(f"channel {channel.account}: messages travel readable", "set tls = true")
        elif isinstance(channel, RelaySettings):
            yield good(f"channel {channel.account} opens: {len(channel.rooms)} groups served by hand")
        else:
            yield good(f"channel {channel.account} opens: simulated groups in the browser")
    yield from _check_gateways(settings)
    yield from _check_pace(settings.pacing)
    yield from check_calendar(settings.calendar)
    yield from _check_backup(settings)


def _check_backup(settings: Settings) -> Iterator[Finding]:
    keep, place = settings.backup, settings.backup.place(settings.folder)
    kept = f"{keep.daily} days, {keep.weekly} weeks, {keep.monthly} months are kept in {place}"
    if keep.at:
        yield good(f"a backup is made and verified at {keep.at} every night; {kept}")
    else:
        yield note(
            "backups are made by hand only", "set at in [backup], or let a timer run: python -m bot backup"
        )


def _check_gateways(settings: Settings) -> Iterator[Finding]:
    """A gateway holds one account and lets one program listen."""
    first: dict[str, str] = {}
    for channel in settings.channels:
        if isinstance(channel, WechatySettings):
            other = first.setdefault(channel.endpoint, channel.account)
            if other != channel.account:
                remedy = "start a gateway for each account, and write its own endpoint and token"
                yield bad(f"channels {other} and {channel.account} use the same gateway", remedy)


def _check_pace(pace: Pace) -> Iterator[Finding]:
    quiet = f"quiet {pace.quiet}, digest {pace.quiet_digest_at}" if pace.quiet else "no quiet hours"
    yield good(f"{quiet}; at most {pace.room_hourly} an hour and {pace.room_daily} a day in a group")
    minutes = 100 * pace.broadcast_gap_s / 60
    yield good(f"a notice to 100 groups takes about {minutes:.0f} minutes for one account")
    if pace.broadcast_gap_s < 1 or pace.reply_gap_s < 1:
        yield note(
            "less than a second between messages", "WeChat has banned accounts for that; raise the gaps"
        )


def check_files(settings: Settings) -> Iterator[Finding]:
    """Lexicon, sentences, phrases and presets."""
    try:
        lexicon = load_lexicon(LEXICON)
        presets = load_presets()
        parts = load_parts(settings.pacing, settings.secret)
        load_wording(LOCALE)
    except (LexiconError, LocaleError, PresetError, KeyError, OSError) as cause:
        yield bad(str(cause), "mend that file, or take it back from the release")
        return
    yield from _check_local(settings.local_lexicon, lexicon)
    yield good(f"lexicon: {len(lexicon.items)} categories, {len(lexicon.emergencies)} kinds of emergency")
    roles = [item.role for item in lexicon.items]
    codes, kinds = [item.code for item in lexicon.items], [item.hotline_type for item in lexicon.items]
    for code, preset in presets.items():
        for role in unanswered_roles(preset, roles):
            yield bad(f"preset {code}: nobody answers for {role}", "name a post under [responsibility]")
        for word in unknown_matters(preset, codes, kinds):
            yield bad(f"preset {code}: matters name {word}, the lexicon does not", "correct it in matters")
    yield good(f"presets: {', '.join(presets)}")
    missing = sorted(set(spoken_keys()) - parts.standing.texts.sentences.keys())
    for key in missing:
        yield bad(
            f"the sentence {key} is said and stands in no file", "add [say." + key + "] to locale/zh_CN"
        )
    yield from _check_sentences(parts.standing.texts, settings.pacing)
    phrases = {phrase.intent for phrase in load_phrases(LOCALE).phrases}
    waiting = sorted(intent for intent in phrases if intent_named(intent) is None)
    if waiting:
        yield note(f"understood, not answered by this version: {', '.join(waiting)}")


def _check_local(path: Path | None, lexicon: Lexicon) -> Iterator[Finding]:
    """The place's own words; every mistake is told in the language of whoever wrote them."""
    if path is None:
        return
    try:
        words = local_words(path, lexicon)
    except UnusableLocalWords as fault:
        for slip in slips_of(fault):
            yield bad(slip, "see docs/lexicon.md")
        return
    yield good(
        f"local words: {len(words.words)} words, {len(words.places)} places, "
        f"{len(words.not_requests)} sayings that are no requests"
    )


def spoken_keys() -> Iterator[str]:
    """Keys of all sentences that our code says, read from the code itself."""
    for folder in ("handlers", "jobs"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    yield from _keys_of(node)


def _keys_of(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    position = SPEAKS.get(name)
    if position is None or len(call.args) <= position:
        return
    key = call.args[position]
    choices = (key.body, key.orelse) if isinstance(key, ast.IfExp) else (key,)
    for choice in choices:
        if isinstance(choice, ast.Constant) and isinstance(choice.value, str):
            yield choice.value


def _check_sentences(texts: Texts, pace: Pace) -> Iterator[Finding]:
    long = [
        s.key for s in texts.sentences.values() if s.channel == "group" and len(s.template) > pace.max_chars
    ]
    yield good(f"sentences: {len(texts.sentences)}")
    for key in sorted(long):
        yield note(f"the sentence {key} is longer than {pace.max_chars} characters", "shorten it")


def check_town(engine: Engine, parts: Parts, now: datetime) -> Iterator[Finding]:
    """Who and what the town lacks."""
    try:
        town = Dispatch(engine, parts.standing, partial(_given, now)).current_town()
    except LookupError:
        yield note("the database holds no town", "import one: python -m bot import FILE.xlsx")
        return
    except SQLAlchemyError as cause:
        yield bad(f"the database cannot be read ({type(cause).__name__})", "run: python -m bot doctor")
        return
    yield good(f"town: {len(town.areas)} areas, {len(town.seats)} appointments, {len(town.rooms)} groups")
    yield from _check_rooms(town)
    yield from _check_seats(town, now)
    for hook in parts.standing.webhooks:
        if hook.area and not is_area(hook.area, town):
            remedy = f"correct area of [webhooks.{hook.name}]"
            yield bad(f"webhook {hook.name} is told nothing: there is no area {hook.area}", remedy)
        else:
            yield good(f"webhook {hook.name} is told of {', '.join(hook.events) or 'everything'}")


def _given(now: datetime) -> datetime:
    return now


def _check_rooms(town: Town) -> Iterator[Finding]:
    rooms = list(town.rooms.values())
    doubted = [r for r in rooms if r.read_only]
    unbound = [r for r in rooms if not r.areas]
    by_hand = [r for r in rooms if r.areas and not r.account]
    heard = len(rooms) - len(doubted) - len(unbound) - len(by_hand)
    yield good(f"groups: {heard} are listened to")
    if by_hand:
        yield note(
            f"groups without an account of ours: {len(by_hand)}; what is said there waits to be copied",
            "let the account in and say a code there (python -m bot bind-code --room AREA)",
        )
    if unbound:
        yield note(f"groups not bound to an area: {len(unbound)}; nothing is heard there", "say a code there")
    if doubted:
        yield note(f"groups whose id changed: {len(doubted)}; silent", "say a new code there")


def _check_seats(town: Town, now: datetime) -> Iterator[Finding]:
    on = shanghai_date(now)
    held = {(s.post, s.area) for s in town.seats.values() if s.in_force(on)}
    for code in town.preset.ladder:
        post = town.preset.posts[code]
        areas = [a.id for a in town.areas.values() if a.level == post.level]
        empty = sum((code, area) not in held for area in areas)
        if empty:
            yield note(
                f"{post.name} ({code}): {empty} of {len(areas)} areas have none; the next post answers"
            )
    dispatcher, overseer = town.preset.dispatcher_post, town.preset.oversight_post
    for code in sorted({dispatcher, overseer}):
        if not any(post == code for post, _ in held):
            yield note(f"{town.preset.posts[code].name} ({code}) is held by nobody", "appoint somebody")
    ladder = set(town.preset.ladder)
    mute = [s for s in town.seats.values() if s.in_force(on) and s.post in ladder and not s.identities]
    if mute:
        yield note(
            f"leaders without a bound contact: {len(mute)}; the assistant cannot tell them anything",
            "give them codes: python -m bot bind-code --person NAME",
        )
