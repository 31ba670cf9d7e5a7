"""Setting up a township: areas, people, posts, households and groups from spreadsheets."""
