"""What the lexicon may learn from corrections: proposals with their evidence, for a person to review (docs/lexicon.md)."""
