"""Whom a cadre means by "全村 除三组", "各村群", "全乡片长" or "三组养殖户": places, and whom of them (seeds A09, B24).

Levels, posts, kinds of groups and tags go by the names their preset gives them; none is known by name here.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from models.rules.audiences import Audience, AudienceUnclear, area_named, areas_named, gather_rooms, parted
from models.rules.preset import Preset
from models.rules.reaching import covering
from models.rules.seats import post_names, with_short
from models.rules.town import Town
from models.rules.whom import Sort, Whom

_FIRST = re.compile(r"\s*(?P<first>[^\s:,，：]+)[\s:,，：]*(?P<rest>.*)", re.DOTALL)
_LEFT_OUT = re.compile(
    r"(?P<base>.*?)[(（]?(?:除了|除去|除|不含|不包括|不包含)(?P<names>.{2,30}?)(?:以外|之外|外)?[)）]?"
)
_ENDS_LIKE_A_PLACE = re.compile(".*(?:组|片|邻|网格|服务区|小区|村|社区|片区|队|栋|湾|乡|镇|街道)")
_LIKE_A_PLACE = re.compile(f"[全各本].+|{_ENDS_LIKE_A_PLACE.pattern}")
_ALL_OF_THEM = re.compile("(?:全体|全部|所有|各级|各位|每个|全|各)?的?")
_JOINS = re.compile("(?:[、，,/]|和|与|及|跟)$")
_EVERY_GROUP = (
    "全部群",
    "各级群",
    "所有群",
    "全部的群",
    "所有的群",
    "各级的群",
    "三级群",
    "各级微信群",
    "全部微信群",
)
_GROUPS = ("群", "的群", "微信群")
_GROUP = "群"
_WHOLE = "全"
MOST_MORE = 3
"""What may follow the places: whom of them, and which places not."""

Meaning = tuple[Sort, Any]


def named(text: str) -> str:
    """How a name of the preset is written in a message that was made plain."""
    return unicodedata.normalize("NFKC", text).casefold()


def _groups_of(preset: Preset) -> Iterator[tuple[str, Meaning]]:
    for word in _EVERY_GROUP:
        yield word, (Sort.EVERY, True)
    for word in _GROUPS:
        yield word, (Sort.USUAL, True)
    for rule in preset.rooms:
        for word in rule.names:
            yield word, (Sort.KIND, (rule.kind, rule.tier))
    for level in preset.levels:
        also = preset.extras.get("levels", {}).get(level.code, {}).get("also", ())
        for name in with_short({level.name, *also}):
            yield f"{name}{_GROUP}", (Sort.LEVEL, level.code)


def _people_of(preset: Preset) -> Iterator[tuple[str, Meaning]]:
    for post in preset.posts:
        for name in post_names(post, preset):
            yield name, (Sort.POST, post)
    for tag in preset.tags:
        for name in tag.names:
            yield name, (Sort.TAG, tag.code)


def vocabulary(preset: Preset) -> dict[str, tuple[Meaning, ...]]:
    """Word → what it chooses, the longest words first; several kinds of groups may go by one word."""
    found: dict[str, tuple[Meaning, ...]] = {}
    for word, meaning in (*_groups_of(preset), *_people_of(preset)):
        before = found.get(named(word), ())
        if meaning not in before and (not before or before[0][0] is meaning[0]):
            found[named(word)] = (*before, meaning)
    return dict(sorted(found.items(), key=lambda entry: -len(entry[0])))


def read_whom(audience: str, words: str, town: Town, own: Iterable[int]) -> tuple[Whom, str]:
    """Whom a notice is for, and what it says.

    Args:
        audience: the words that name places, where the phrase told them apart; empty: they may begin ``words``.
        words: the rest of what was said; what belongs to the audience is taken from its beginning.
        town: the place.
        own: areas the asker may address.

    Raises:
        AudienceUnclear: a place nobody knows, one of several, or one that is somebody else's.
    """
    reader = _Reader(town, tuple(sorted(set(own))))
    whom = reader.read_or_words(audience) if audience else None
    if whom is None:
        words = f"{audience} {words}".strip()
        first, rest = _parted_first(words)
        begun = reader.begun(first)
        whom, words = (begun, rest) if begun is not None else (Whom(reader.roots), words)
    for _ in range(MOST_MORE):
        first, rest = _parted_first(words)
        more = reader.more(first, whom)
        if more is None:
            break
        whom, words = more, rest
    return whom, words


def read_places(words: str, town: Town, own: Iterable[int]) -> Audience:
    """The places these words name, exceptions taken out ("全村除三组"), for what goes to residents' groups only.

    Raises:
        AudienceUnclear: as ``read_whom``, or whom of them was said as well.
    """
    roots = tuple(sorted(set(own)))
    if not words.strip():
        return gather_rooms(town, roots)
    whom = _Reader(town, roots).read(words)
    if not whom.is_usual:
        raise AudienceUnclear("unknown", (words.strip(),))
    return gather_rooms(town, covering(town, whom))


def _parted_first(words: str) -> tuple[str, str]:
    found = _FIRST.fullmatch(words)
    return (named(found["first"]), found["rest"]) if found else ("", "")


@dataclass(frozen=True)
class _Reader:
    """Reads one message of somebody who may address ``roots``."""

    town: Town
    roots: tuple[int, ...]

    @cached_property
    def words(self) -> dict[str, tuple[Meaning, ...]]:
        return vocabulary(self.town.preset)

    def read(self, said: str) -> Whom:
        """Places, alone or with whom of them, with or without exceptions."""
        said = named(said.strip())
        try:
            return Whom(areas_named(said, self.town, self.roots))
        except AudienceUnclear as unclear:
            if (whom := self._without_some(said) or self._of_some(said)) is not None:
                return whom
            raise unclear from None

    def read_or_words(self, said: str) -> Whom | None:
        """The same; None: what a phrase took for an audience begins what is to be said (全村清除垃圾)."""
        try:
            return self.read(said)
        except AudienceUnclear as unclear:
            if unclear.why == "unknown" and not _ENDS_LIKE_A_PLACE.fullmatch(named(said)):
                return None
            raise

    def begun(self, first: str) -> Whom | None:
        """The same where no phrase told the audience apart: only what says more than a place counts."""
        left_out = _LEFT_OUT.fullmatch(first)
        base = left_out["base"] if left_out is not None else ""
        try:
            return self._without_some(first) if base else self._of_some(first)
        except AudienceUnclear as unclear:
            like = _ENDS_LIKE_A_PLACE.fullmatch(base) if base else None
            if unclear.why != "unknown" or like:
                raise
            if not base and all(_LIKE_A_PLACE.fullmatch(name) for name in unclear.names):
                raise
            return None

    def more(self, first: str, whom: Whom) -> Whom | None:
        """What a further word adds; None: it says something else."""
        left_out = _LEFT_OUT.fullmatch(first)
        if left_out is not None and not left_out["base"]:
            return self._less(whom, left_out["names"])
        if whom.without and (longer := self._one_less(whom, first)) is not None:
            return longer
        found = self._chosen(first)
        if found is None or not _ALL_OF_THEM.fullmatch(found[0]):
            return None
        _, sort, values = found
        before: tuple[Any, ...] = (
            getattr(whom, sort.value, ()) if sort not in {Sort.EVERY, Sort.USUAL} else ()
        )
        if not whom.is_usual and not before:
            return None
        return whom.narrowed(sort, tuple(dict.fromkeys((*before, *values))))

    def _without_some(self, said: str) -> Whom | None:
        left_out = _LEFT_OUT.fullmatch(said)
        if left_out is None:
            return None
        return self._less(self.read(left_out["base"]), left_out["names"])

    def _less(self, whom: Whom, names: str) -> Whom | None:
        """Without these places.

        Raises:
            AudienceUnclear: they look like places, and nobody knows them here.
        """
        inside = [below for area in whom.areas for below in self.town.downward(area)]
        try:
            try:
                found = [area_named(names, self.town, inside)]
            except AudienceUnclear:
                found = [area_named(each, self.town, inside) for each in parted(names)]
        except AudienceUnclear as unclear:
            if unclear.why != "several" and not _LIKE_A_PLACE.fullmatch(names):
                return None
            raise
        return replace(whom, without=tuple(dict.fromkeys((*whom.without, *found))))

    def _one_less(self, whom: Whom, first: str) -> Whom | None:
        """``除三组，四组``: a second exception behind a comma."""
        try:
            return self._less(whom, first) if _LIKE_A_PLACE.fullmatch(first) else None
        except AudienceUnclear:
            return None

    def _of_some(self, said: str) -> Whom | None:
        """Places with whom of them at the end: ``全村组长``; None: no such word."""
        found = self._chosen(said)
        if found is None:
            return None
        base, sort, values = found
        areas = self.roots if _ALL_OF_THEM.fullmatch(base) else self._places(base)
        return Whom(areas).narrowed(sort, values)

    def _places(self, base: str) -> tuple[int, ...]:
        base = base.removesuffix("的")
        try:
            return areas_named(base, self.town, self.roots)
        except AudienceUnclear as unclear:
            shorter = base.removesuffix("各").removesuffix("全体").removesuffix("所有")
            if shorter == base:
                raise AudienceUnclear(
                    unclear.why, (base,) if unclear.why == "unknown" else unclear.names
                ) from unclear
            return areas_named(shorter, self.town, self.roots)

    def _chosen(self, said: str) -> tuple[str, Sort, tuple[Any, ...]] | None:
        """What stands before the words at the end, and what these choose: ``组长、邻长`` chooses two posts."""
        rest, sort, values = said, None, list[Any]()
        while True:
            found = next((word for word in self.words if self._ends(rest, word, sort)), None)
            if found is None:
                break
            sort = self.words[found][0][0]
            values += [value for _, value in self.words[found]]
            rest = rest.removesuffix(found)
            before = _JOINS.sub("", rest)
            if before == rest:
                break
            rest = before
        return (rest, sort, tuple(dict.fromkeys(values))) if sort is not None else None

    def _ends(self, said: str, word: str, sort: Sort | None) -> bool:
        """Whether the word stands at the end; 全村群 is the whole village, not the groups bound to villages."""
        if not said.endswith(word):
            return False
        meant = self.words[word][0][0]
        whole = meant is Sort.LEVEL and said.removesuffix(word) == _WHOLE
        return not whole and sort in {None, meant}
