"""Write the next migration from what changed in models/tables: ``python -m migrations.new "what changed"``.

It compares the tables with a database that all migrations built. Read what it wrote before you commit it.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.script import ScriptDirectory

from models.engine import alembic_config, migrate


def write_migration(what: str) -> Path:
    """The new file in migrations/versions; its number follows the last one."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/linli.db"
        config = alembic_config(url)
        head = ScriptDirectory.from_config(config).get_current_head()
        if head:
            migrate(url)
        script = command.revision(config, what, autogenerate=True, rev_id=f"{int(head or 0) + 1:04d}")
    return Path(script.path)


if __name__ == "__main__":
    sys.stdout.write(f"{write_migration(' '.join(sys.argv[1:]))}\n")
