"""The contracts: what an article, a table and a release are. Imports nothing of `tasks` or `flows`."""
