"""Backups: every row of either database in one encrypted file, and the way back (decision 0066)."""
