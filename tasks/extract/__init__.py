"""From an article's text to mentions, events, quotes, amounts and dates, each with its place in the text."""
