"""A quoted block inside a message: what was quoted, and what the sender says to it (docs/platform.md).

WeChat has no protocol field for a quotation. It arrives either as text,

    「名字：内容」
    - - - - - - - - - - - - - - -
    回复

or as the raw XML of an application message of type 57. Everything here is linear in the length of the
text, because the text comes from strangers.
"""

import html
import re

_RULE = re.compile(r"」[ \t]*\r?\n[ \t]*(?:[-—–─－][ \t]*){5,}(?:\r?\n|$)")
"""The end of the quoted block: its closing bracket and a line of at least five dashes."""

_NAME = re.compile(r"[^\n：:]{1,40}[：:]\s*")
"""The speaker of the quoted words; phones write a full-width colon, the web protocol a plain one."""

_NUMBER = re.compile(r"\s*(\d{1,10})\s*")
_LITERAL = ("<![CDATA[", "]]>")

_QUOTATION = "57"
_TEXT = "1"
_MEDIA = {"3": "图片", "34": "语音", "42": "名片", "43": "视频", "47": "表情", "48": "位置", "62": "视频"}
"""WeChat's own message numbers of quoted media, in the words phones show for them."""


def split_quote(text: str) -> tuple[str | None, str]:
    """Take a quoted block off a message.

    Args:
        text: what the channel delivered, of any length.

    Returns:
        The quoted content without its speaker's name (media become their word, such as 图片), and the
        sender's own words, stripped. ``(None, text)`` unchanged where nothing is quoted.
    """
    if text.startswith("「"):
        return _split_block(text)
    if "<appmsg" in text and "<refermsg" in text:
        return _split_xml(text)
    return None, text


def _split_block(text: str) -> tuple[str | None, str]:
    end = _end_of_block(text)
    if end is None:
        return None, text
    block = text[1 : end.start()]
    name = _NAME.match(block)
    quoted = block[name.end() :] if name else block
    return quoted.strip(), text[end.end() :].strip()


def _end_of_block(text: str) -> re.Match[str] | None:
    """Where the quotation ends. One that quotes a quotation holds two marks; ours balances the brackets."""
    first, depth, counted = None, 0, 0
    for end in _RULE.finditer(text):
        first = first or end
        depth += text.count("「", counted, end.start()) - text.count("」", counted, end.start()) - 1
        counted = end.start() + 1
        if depth == 0:
            return end
    return first


def _split_xml(text: str) -> tuple[str | None, str]:
    application = _inside(text, "appmsg")
    reference = _inside(application, "refermsg")
    own = application.replace(reference, "", 1)
    if not reference or _number(own) != _QUOTATION:
        return None, text
    return _quoted(reference), _value(own, "title")


def _quoted(reference: str) -> str:
    number = _number(reference) or _TEXT
    if number in _MEDIA:
        return _MEDIA[number]
    content = _value(reference, "content")
    # A quoted link, file or quotation carries its own XML; its title is what people saw.
    return _value(content, "title") if content.startswith("<") else content


def _number(xml: str) -> str | None:
    found = _NUMBER.fullmatch(_inside(xml, "type", outermost=False))
    return found.group(1) if found else None


def _value(xml: str, tag: str) -> str:
    raw = _inside(xml, tag, outermost=False).strip()
    opening, closing = _LITERAL
    if raw.startswith(opening) and raw.endswith(closing):
        return raw.removeprefix(opening).removesuffix(closing).strip()
    return html.unescape(raw).strip()


def _inside(xml: str, tag: str, *, outermost: bool = True) -> str:
    """What stands between the first ``<tag …>`` and its last (or next) ``</tag>``, or nothing."""
    start = xml.find(f"<{tag}")
    opened = xml.find(">", start) + 1
    if start < 0 or not opened:
        return ""
    closing = f"</{tag}>"
    end = xml.rfind(closing, opened) if outermost else xml.find(closing, opened)
    return xml[opened:end] if end >= 0 else ""
