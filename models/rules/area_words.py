"""Which of the words that cadres added on pages hold where: those of an area, and of all above it (decision 0058). Pure."""

from collections.abc import Iterable

from models.rules.local_words import AreaWord, LocalWord, LocalWords, WordKind
from models.rules.town import RoomCard, Town


def words_heard(town: Town, room: RoomCard | None) -> LocalWords | None:
    """The words of the areas that a group serves; in private chat (``room`` None) those of every area; None: none.

    What is no request in one village says nothing of another: in private chat only words and places count.
    """
    if not town.words:
        return None
    place = room.id if room is not None else None
    if place not in town.heard_words:
        town.heard_words[place] = _heard(town, room)
    return town.heard_words[place]


def _heard(town: Town, room: RoomCard | None) -> LocalWords | None:
    if room is None:
        return in_file_order(each for each in town.words if each.kind is not WordKind.NOT_REQUEST)
    above = {node.id for area in room.areas if area in town.areas for node in town.upward(area)}
    return in_file_order(each for each in town.words if each.area in above)


def in_file_order(words: Iterable[AreaWord]) -> LocalWords | None:
    """The words as a local file would hold them; None: there are none."""
    held = list(words)
    if not held:
        return None
    said = {
        (each.category, each.word): LocalWord(each.word, each.category, each.factor)
        for each in held
        if each.kind is WordKind.WORD
    }
    places, sayings = (
        tuple(dict.fromkeys(each.word for each in held if each.kind is kind))
        for kind in (WordKind.PLACE, WordKind.NOT_REQUEST)
    )
    return LocalWords(tuple(said.values()), places, sayings)
