"""What several topics do with a case; a layer below them (topics do not know each other)."""
