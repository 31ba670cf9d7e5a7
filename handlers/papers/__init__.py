"""Lists of opinions kept on paper, brought in from spreadsheets (seed A14)."""
