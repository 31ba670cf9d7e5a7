"""The login code for a terminal: what the status page shows as a picture, drawn in half blocks."""

import io

import segno


def terminal_code(content: str) -> str:
    """A QR code as lines of text, dark on light whatever the terminal's colours, with its quiet zone."""
    drawn = io.StringIO()
    segno.make(content, error="l", micro=False).terminal(drawn, border=2, compact=True)
    return drawn.getvalue()
