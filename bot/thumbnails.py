"""Small pictures for pages, made of files nobody vouches for: bounded, and without what a camera wrote into them."""

import io

import structlog
from PIL import Image, ImageOps

log = structlog.get_logger()
SIDE = 480
"""Pixels of the longer side: sharp on a telephone, some 40 kB."""
POSTER_SIDE = 1280
"""The same of a picture that is to be read: some 200 kB."""
MOST_PIXELS = 24_000_000
"""A picture that unfolds to more than this (some 100 MB of memory) is not decoded; telephones take half of it."""
FORMATS = ("JPEG", "PNG", "GIF")
"""What WeChat sends. Other decoders, which allocate before their size can be looked at, are never started."""
QUALITY = 80
UNSHOWABLE = b""
"""Tried, and nothing to show: no picture, a broken one, or one too large to unfold."""
Image.MAX_IMAGE_PIXELS = None  # our own bound is stricter, and a refusal instead of a warning


def thumbnail(content: bytes, side: int = SIDE) -> bytes:
    """A JPEG of at most ``side`` pixels a side, upright, on white, of the first frame; else UNSHOWABLE. Blocks: not for the loop.

    Only pixels are carried over: no place, time or device (PIPL art. 6: no more than the purpose needs).
    """
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            picture.draft("RGB", (side, side))  # a JPEG unfolds no further than it must
            if picture.width * picture.height > MOST_PIXELS:
                log.info("no thumbnail", why="too many pixels", width=picture.width, height=picture.height)
                return UNSHOWABLE
            return _small(picture, side)
    except Exception as broken:  # noqa: BLE001 - decoders fail in as many ways as files are broken
        log.info("no thumbnail", why=type(broken).__name__, size=len(content))
        return UNSHOWABLE


def _small(picture: Image.Image, side: int) -> bytes:
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((side, side))
    seen = upright.convert("RGBA")
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen.getchannel("A"))
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
