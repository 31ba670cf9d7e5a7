"""The login code in a terminal carries the same modules as the picture."""

import segno

from bot.scan import terminal_code


def test_two_rows_of_modules_make_one_line_of_text():
    content = "https://login.example/l/x1"
    rows, _ = segno.make(content, error="l", micro=False).symbol_size(border=2)[::-1]
    lines = terminal_code(content).rstrip("\n").split("\n")

    assert len(lines) == (rows + 1) // 2
    assert terminal_code(content) != terminal_code(content + "2")
