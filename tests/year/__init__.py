"""A year of one township, played from a script that knows what really happened."""
