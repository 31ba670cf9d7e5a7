"""The interface for programs, version 1: what cadres see and do on pages, as JSON under a token."""
