"""What each count of a run counts, in a few words for people who know neither the code nor the codebook.

In: the names of counts. Out: words; a test holds that none is without. What does not belong here: what to do about a
refusal (docs/how-to/mend-refused-articles.md), and what exactly a table holds (docs/codebook.md).
"""

from __future__ import annotations

SHOWN_IF_ANY = frozenset({"appearances", "forgotten", "passed_over"})
"""What a run meets now and then."""

READ = {
    "files": "files that were read",
    "read": "articles and other records in them, of which:",
    "accepted": "are new",
    "unchanged": "are in the store already",
    "corrections": "replace an earlier text of the same article",
    "superseded": "are older than the text in the store",
    "appearances": "are in the store from another address",
    "forgotten": "are what the store was told to forget",
    "passed_over": "are of months that this run leaves out",
    "refused": "cannot be used; the reasons follow",
    "repaired": "of the new ones had an encoding that was repaired",
}

REFUSED = {
    "ambiguous_column": "two columns have the name of one field",
    "bad_date": "a date that cannot be read",
    "binary_file": "no text, but a binary file",
    "broken_csv": "a row that is not CSV",
    "broken_json": "a line that is not JSON",
    "broken_parquet": "a damaged Parquet file",
    "duplicate_id": "one id for two texts in one file",
    "empty": "no text",
    "extraction_failed": "an error of detente's in this text",
    "failed_check": "a row that breaks a rule of its table",
    "future_date": "a date after the day of the run",
    "missing_text": "a record without a text",
    "no_date": "no date of publication",
    "not_english": "a text in another language",
    "too_long": "too long to be one article",
    "unpaired_surrogate": "half a character, as from a cut string",
    "unreadable_file": "a file that cannot be read",
    "unsupported_format": "a kind of file that is not supported",
    "wrong_type": "a value of the wrong type",
}

TABLES = {
    "actors": "people, organisations and countries",
    "amounts": "sums of money, percentages, numbers of people",
    "appearances": "other addresses of the same article",
    "articles": "articles, all that the store has",
    "context_periods": "days and months of a topic",
    "country_periods": "days and months of a country",
    "dates": "expressions of time",
    "dyads": "who did how much to whom, by day and month",
    "events": "who did what to whom, and when",
    "evidence": "sentences that report an event",
    "mentions": "places in the texts that name an actor",
    "participants": "actors that take part in events",
    "quality_periods": "days of a source: how usual they were",
    "quarantine": "all that was ever refused, with the reason",
    "quotes": "what somebody said",
    "stories": "articles without their copies",
    "uncertain_events": "events that the coder is not sure of",
}

NOT_IN_DYADS = {
    "fewer_than_two_codes": "events with one side only",
    "no_opposite_codes": "events of two sides together, towards nobody named",
    "recalled": "events long before their article",
    "planned": "events that are to come",
    "hypothetical": "events that may come",
    "negated": "events that did not happen",
}


def refusal_in_words(reason: str) -> str:
    """What a reason means; of a row it stands behind the row's table."""
    return REFUSED.get(reason.rpartition(": ")[2], "")


def plain(name: str) -> str:
    """The name of a count without what makes it a name."""
    return name.replace("_", " ")
