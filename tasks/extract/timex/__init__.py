"""The English news TIMEX3 normaliser behind `tasks.extract.times`, one stage a module.

`recognition` finds spans (it knows words, not dates), `guards` turns away words that only look like dates, `tense`
reads the direction of time off the verb, and `normalisation` gives a recognised expression its TIMEX3 value. Below
them lie `vocabulary` (closed word classes), `numerals` (numbers in words) and `periods` (calendar arithmetic).
"""
