"""Articles in: from files and streams to `Article`s whose text is final, and to what the store does with each."""
