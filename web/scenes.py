"""Pictures a person in the demo can send: four drawn scenes, or a file of their own."""

from dataclasses import dataclass
from pathlib import Path

SCENE_FOLDER = Path(__file__).parent / "static" / "scenes"
LARGEST = 3 * 1024 * 1024
"""Bytes of the largest picture a gateway can pass on (docs/platform.md §1)."""

_MAGIC = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"))


@dataclass(frozen=True, slots=True)
class Scene:
    """One built-in picture; ``code`` names its file."""

    code: str
    caption: str

    @property
    def content(self) -> bytes:
        """The picture as PNG."""
        return (SCENE_FOLDER / f"{self.code}.png").read_bytes()


SCENES = {
    scene.code: scene
    for scene in (
        Scene("lamp", "桥头路灯不亮"),
        Scene("cover", "井盖破了"),
        Scene("rubbish", "垃圾没人收"),
        Scene("water", "路上积水"),
    )
}


def picture_type(content: bytes) -> str | None:
    """The media type of a picture by its first bytes, None for anything a phone would not send as one."""
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _MAGIC if content.startswith(magic)), None)
