"""The flows that chain the stages, and the `detente` command."""
