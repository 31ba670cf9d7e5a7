"""Pure values and decisions: no database, no clock, no words of any language."""
