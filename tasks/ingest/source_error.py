"""The error of naming nothing; a module of its own, so that a command can catch it without importing the readers."""


class SourceError(ValueError):
    """The user names something that holds no articles; the message says what to do."""
