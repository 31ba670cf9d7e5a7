"""Weeks of a small town with everything going wrong that can: from a seed, looked at after every step, shrunk."""
