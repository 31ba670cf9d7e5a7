"""The facts that health is judged from, gathered elsewhere: what the accounts, the database, the queues and the disks do.

Whoever gathers them says at which moment they held.
"""
