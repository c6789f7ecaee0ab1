"""Training of the event coder: from a corpus to a folder that `tasks.extract.trained_coder` can use."""
