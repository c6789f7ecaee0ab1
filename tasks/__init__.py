"""The stages, as pure functions with thin Prefect wrappers. Imports nothing of `flows`."""
