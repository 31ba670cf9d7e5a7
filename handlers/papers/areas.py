"""Areas as the rows of a list name them."""

from models.rules.gazetteer import folded
from models.rules.town import AreaNode, Town


def areas_called(town: Town, path: list[str]) -> list[AreaNode]:
    """Areas of the last name of a path, below those named before it."""
    wanted = [folded(part) for part in path]
    return [node for node in town.areas.values() if _fits(town, node, wanted)]


def _fits(town: Town, node: AreaNode, wanted: list[str]) -> bool:
    above = [folded(each.name) for each in town.upward(node.id)]
    return above[0] == wanted[-1] and all(part in above for part in wanted)


def full_path(town: Town, node: AreaNode) -> str:
    """An area's name with those of all above it, the highest first."""
    return "/".join(each.name for each in reversed(list(town.upward(node.id))))
