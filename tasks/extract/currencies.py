"""Currencies: how English news writes them, and their ISO 4217 codes.

In: the text beside a number, and which countries the article names. Out: the currency's code and name. What does not
belong here: the number.

A bare name stands for the currency that English news means by it without more ("dollars" USD, "pounds" GBP, "rupees"
INR), unless the article is about another country that has one of this name; where no single one is meant ("pesos",
"dinars") the article's country decides, else the code is None. Codes of currencies that are gone (DEM, FRF) are those
of their time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_SYMBOLS: dict[str, tuple[str, str]] = {
    "US$": ("USD", "dollar"),
    "U.S.$": ("USD", "dollar"),
    "A$": ("AUD", "dollar"),
    "AU$": ("AUD", "dollar"),
    "C$": ("CAD", "dollar"),
    "CA$": ("CAD", "dollar"),
    "NZ$": ("NZD", "dollar"),
    "HK$": ("HKD", "dollar"),
    "S$": ("SGD", "dollar"),
    "NT$": ("TWD", "dollar"),
    "R$": ("BRL", "real"),
    "$": ("USD", "dollar"),
    "£": ("GBP", "pound"),
    "€": ("EUR", "euro"),
    "¥": ("JPY", "yen"),
    "₹": ("INR", "rupee"),
    "Rs.": ("INR", "rupee"),
    "Rs": ("INR", "rupee"),
    "rs.": ("INR", "rupee"),
    "rs": ("INR", "rupee"),
    "₽": ("RUB", "rouble"),
    "₩": ("KRW", "won"),
    "₪": ("ILS", "shekel"),
    "₺": ("TRY", "lira"),
    "₴": ("UAH", "hryvnia"),
    "₦": ("NGN", "naira"),
    "₱": ("PHP", "peso"),
    "₫": ("VND", "dong"),
    "฿": ("THB", "baht"),
    "RM": ("MYR", "ringgit"),
}
_CODES: dict[str, str] = {
    "AED": "dirham",
    "ARS": "peso",
    "AUD": "dollar",
    "BDT": "taka",
    "BRL": "real",
    "CAD": "dollar",
    "CHF": "franc",
    "CLP": "peso",
    "CNY": "yuan",
    "COP": "peso",
    "CZK": "koruna",
    "DEM": "mark",
    "DKK": "krone",
    "EGP": "pound",
    "EUR": "euro",
    "FRF": "franc",
    "GBP": "pound",
    "HKD": "dollar",
    "HUF": "forint",
    "IDR": "rupiah",
    "ILS": "shekel",
    "INR": "rupee",
    "IRR": "rial",
    "IQD": "dinar",
    "JPY": "yen",
    "KES": "shilling",
    "KRW": "won",
    "KWD": "dinar",
    "LKR": "rupee",
    "MXN": "peso",
    "MYR": "ringgit",
    "NGN": "naira",
    "NOK": "krone",
    "NZD": "dollar",
    "PHP": "peso",
    "PKR": "rupee",
    "PLN": "zloty",
    "QAR": "riyal",
    "RUB": "rouble",
    "SAR": "riyal",
    "SEK": "krona",
    "SGD": "dollar",
    "THB": "baht",
    "TRY": "lira",
    "TWD": "dollar",
    "UAH": "hryvnia",
    "USD": "dollar",
    "VND": "dong",
    "ZAR": "rand",
}
_NAMES: dict[str, tuple[str, str | None]] = {
    "dollar": ("dollar", "USD"),
    "dollars": ("dollar", "USD"),
    "dlr": ("dollar", "USD"),
    "dlrs": ("dollar", "USD"),
    "euro": ("euro", "EUR"),
    "euros": ("euro", "EUR"),
    "pound": ("pound", "GBP"),
    "pounds": ("pound", "GBP"),
    "stg": ("pound", "GBP"),
    "sterling": ("pound", "GBP"),
    "yen": ("yen", "JPY"),
    "yuan": ("yuan", "CNY"),
    "renminbi": ("yuan", "CNY"),
    "rmb": ("yuan", "CNY"),
    "rupee": ("rupee", "INR"),
    "rupees": ("rupee", "INR"),
    "rouble": ("rouble", "RUB"),
    "roubles": ("rouble", "RUB"),
    "ruble": ("rouble", "RUB"),
    "rubles": ("rouble", "RUB"),
    "mark": ("mark", "DEM"),
    "marks": ("mark", "DEM"),
    "lira": ("lira", None),
    "liras": ("lira", None),
    "lire": ("lira", "ITL"),
    "guilders": ("guilder", "NLG"),
    "markka": ("markka", "FIM"),
    "markkas": ("markka", "FIM"),
    "markkaa": ("markka", "FIM"),
    "pesetas": ("peseta", "ESP"),
    "escudos": ("escudo", "PTE"),
    "drachmas": ("drachma", "GRD"),
    "schillings": ("schilling", "ATS"),
    "francs": ("franc", None),
    "pesos": ("peso", None),
    "dinars": ("dinar", None),
    "dirhams": ("dirham", None),
    "rials": ("rial", None),
    "riyals": ("riyal", None),
    "shillings": ("shilling", None),
    "kronor": ("krona", "SEK"),
    "kroner": ("krone", None),
    "krona": ("krona", "SEK"),
    "kronas": ("krona", "SEK"),
    "krone": ("krone", None),
    "crowns": ("crown", None),
    "korunas": ("koruna", "CZK"),
    "rand": ("rand", "ZAR"),
    "reais": ("real", "BRL"),
    "won": ("won", "KRW"),
    "baht": ("baht", "THB"),
    "dong": ("dong", "VND"),
    "ringgit": ("ringgit", "MYR"),
    "rupiah": ("rupiah", "IDR"),
    "shekels": ("shekel", "ILS"),
    "hryvnia": ("hryvnia", "UAH"),
    "hryvnias": ("hryvnia", "UAH"),
    "zloty": ("zloty", "PLN"),
    "zlotys": ("zloty", "PLN"),
    "forints": ("forint", "HUF"),
    "naira": ("naira", "NGN"),
    "taka": ("taka", "BDT"),
    "tenge": ("tenge", "KZT"),
    "lari": ("lari", "GEL"),
    "drams": ("dram", "AMD"),
    "manats": ("manat", "AZN"),
    "birr": ("birr", "ETB"),
    "birrs": ("birr", "ETB"),
    "ecu": ("ecu", "XEU"),
    "ecus": ("ecu", "XEU"),
    "kwacha": ("kwacha", None),
    "kwachas": ("kwacha", None),
    "kwanza": ("kwanza", "AOA"),
    "kwanzas": ("kwanza", "AOA"),
    "cedi": ("cedi", "GHS"),
    "cedis": ("cedi", "GHS"),
    "nairas": ("naira", "NGN"),
    "bolivar": ("bolivar", "VES"),
    "bolivars": ("bolivar", "VES"),
    "levs": ("lev", "BGN"),
    "leva": ("lev", "BGN"),
    "soums": ("soum", "UZS"),
    "riels": ("riel", "KHR"),
    "kyat": ("kyat", "MMK"),
    "kyats": ("kyat", "MMK"),
    "hryvnya": ("hryvnia", "UAH"),
    "rupiahs": ("rupiah", "IDR"),
    "shekel": ("shekel", "ILS"),
    "forint": ("forint", "HUF"),
    "guilder": ("guilder", "NLG"),
    "peseta": ("peseta", "ESP"),
    "franc": ("franc", None),
    "peso": ("peso", None),
    "dinar": ("dinar", None),
    "dirham": ("dirham", None),
    "rial": ("rial", None),
    "riyal": ("riyal", None),
    "shilling": ("shilling", None),
    "afghanis": ("afghani", "AFN"),
}
_SUBUNITS: dict[str, tuple[str, str]] = {
    "cents": ("dollar", "USD"),
    "euro cents": ("euro", "EUR"),
    "euro cent": ("euro", "EUR"),
    "eurocents": ("euro", "EUR"),
    "eurocent": ("euro", "EUR"),
    "cts": ("dollar", "USD"),
    "pence": ("pound", "GBP"),
    "paise": ("rupee", "INR"),
    "kopecks": ("rouble", "RUB"),
    "pfennigs": ("mark", "DEM"),
}
"""A hundredth of the unit each."""
_CENTS = frozenset({"cents", "cts"})
_CENTS_OF: dict[str, tuple[str, str]] = {
    "kenyan": ("shilling", "KES"),
    "somali": ("shilling", "SOS"),
    "south african": ("rand", "ZAR"),
    "sri lankan": ("rupee", "LKR"),
    "tanzanian": ("shilling", "TZS"),
    "ugandan": ("shilling", "UGX"),
}
"""Whose cents are no dollar's."""
_QUALIFIED: dict[tuple[str, str], str] = {
    ("us", "dollar"): "USD",
    ("u.s.", "dollar"): "USD",
    ("american", "dollar"): "USD",
    ("australian", "dollar"): "AUD",
    ("canadian", "dollar"): "CAD",
    ("new zealand", "dollar"): "NZD",
    ("hong kong", "dollar"): "HKD",
    ("singapore", "dollar"): "SGD",
    ("taiwan", "dollar"): "TWD",
    ("british", "pound"): "GBP",
    ("egyptian", "pound"): "EGP",
    ("syrian", "pound"): "SYP",
    ("lebanese", "pound"): "LBP",
    ("sudanese", "pound"): "SDG",
    ("irish", "pound"): "IEP",
    ("japanese", "yen"): "JPY",
    ("chinese", "yuan"): "CNY",
    ("indian", "rupee"): "INR",
    ("pakistani", "rupee"): "PKR",
    ("pakistan", "rupee"): "PKR",
    ("sri lankan", "rupee"): "LKR",
    ("nepalese", "rupee"): "NPR",
    ("russian", "rouble"): "RUB",
    ("belarusian", "rouble"): "BYN",
    ("german", "mark"): "DEM",
    ("deutsche", "mark"): "DEM",
    ("finnish", "mark"): "FIM",
    ("turkish", "lira"): "TRY",
    ("italian", "lira"): "ITL",
    ("syrian", "lira"): "SYP",
    ("swiss", "franc"): "CHF",
    ("french", "franc"): "FRF",
    ("belgian", "franc"): "BEF",
    ("cfa", "franc"): "XOF",
    ("rwandan", "franc"): "RWF",
    ("mexican", "peso"): "MXN",
    ("philippine", "peso"): "PHP",
    ("argentine", "peso"): "ARS",
    ("chilean", "peso"): "CLP",
    ("colombian", "peso"): "COP",
    ("cuban", "peso"): "CUP",
    ("iraqi", "dinar"): "IQD",
    ("kuwaiti", "dinar"): "KWD",
    ("jordanian", "dinar"): "JOD",
    ("libyan", "dinar"): "LYD",
    ("algerian", "dinar"): "DZD",
    ("tunisian", "dinar"): "TND",
    ("serbian", "dinar"): "RSD",
    ("uae", "dirham"): "AED",
    ("emirati", "dirham"): "AED",
    ("moroccan", "dirham"): "MAD",
    ("iranian", "rial"): "IRR",
    ("omani", "rial"): "OMR",
    ("yemeni", "rial"): "YER",
    ("saudi", "riyal"): "SAR",
    ("qatari", "riyal"): "QAR",
    ("kenyan", "shilling"): "KES",
    ("ugandan", "shilling"): "UGX",
    ("tanzanian", "shilling"): "TZS",
    ("somali", "shilling"): "SOS",
    ("swedish", "krona"): "SEK",
    ("swedish", "crown"): "SEK",
    ("icelandic", "krona"): "ISK",
    ("norwegian", "krone"): "NOK",
    ("norwegian", "crown"): "NOK",
    ("danish", "krone"): "DKK",
    ("danish", "crown"): "DKK",
    ("czech", "crown"): "CZK",
    ("czech", "koruna"): "CZK",
    ("south african", "rand"): "ZAR",
    ("brazilian", "real"): "BRL",
    ("south korean", "won"): "KRW",
    ("north korean", "won"): "KPW",
    ("korean", "won"): "KRW",
}
_SHARED: dict[str, dict[str, str]] = {
    name: dict(pair.split(":") for pair in countries.split())
    for name, countries in {
        "crown": "CZE:CZK CSK:CSK SVK:SKK SWE:SEK NOR:NOK DNK:DKK ISL:ISK EST:EEK",
        "dinar": "IRQ:IQD KWT:KWD JOR:JOD LBY:LYD DZA:DZD TUN:TND SRB:RSD YUG:YUD BHR:BHD SDN:SDD",
        "dirham": "ARE:AED MAR:MAD",
        "franc": "CHE:CHF FRA:FRF BEL:BEF RWA:RWF BDI:BIF GIN:GNF DJI:DJF MLI:XOF SEN:XOF NER:XOF BFA:XOF CIV:XOF "
        "TGO:XOF BEN:XOF CMR:XAF TCD:XAF GAB:XAF CAF:XAF COG:XAF COD:CDF MDG:MGA",
        "krone": "NOR:NOK DNK:DKK",
        "kwacha": "ZMB:ZMW MWI:MWK",
        "lira": "TUR:TRY ITA:ITL SYR:SYP LBN:LBP",
        "peso": "MEX:MXN PHL:PHP ARG:ARS CHL:CLP COL:COP CUB:CUP URY:UYU DOM:DOP",
        "pound": "GBR:GBP EGY:EGP SYR:SYP LBN:LBP SDN:SDG SSD:SSP IRL:IEP CYP:CYP",
        "rial": "IRN:IRR OMN:OMR YEM:YER",
        "riyal": "SAU:SAR QAT:QAR",
        "rupee": "IND:INR PAK:PKR LKA:LKR NPL:NPR MUS:MUR",
        "shilling": "KEN:KES UGA:UGX TZA:TZS SOM:SOS",
        "won": "KOR:KRW PRK:KPW",
    }.items()
}
"""The countries whose currencies share a name."""
_DOLLARS = {
    "AUS": "AUD",
    "BHS": "BSD",
    "CAN": "CAD",
    "FJI": "FJD",
    "HKG": "HKD",
    "JAM": "JMD",
    "NAM": "NAD",
    "NZL": "NZD",
    "SGP": "SGD",
    "TTO": "TTD",
    "TWN": "TWD",
}
"""The countries of other dollars. Bare ones are American wherever they are paid, but in a report on such a country alone."""
_BEFORE_REFORM: dict[str, tuple[tuple[int, str], ...]] = {
    "AFN": ((2003, "AFA"),),
    "AOA": ((1991, "AOK"), (1995, "AON"), (2000, "AOR")),
    "AZN": ((2006, "AZM"),),
    "BGN": ((1999, "BGL"),),
    "BYN": ((2000, "BYB"), (2016, "BYR")),
    "CZK": ((1993, "CSK"),),
    "GHS": ((2007, "GHC"),),
    "ILS": ((1986, "ILR"),),
    "MXN": ((1993, "MXP"),),
    "PLN": ((1995, "PLZ"),),
    "RUB": ((1992, "SUR"), (1998, "RUR")),
    "TRY": ((2005, "TRL"),),
    "UGX": ((1987, "UGS"),),
    "VES": ((2008, "VEB"), (2018, "VEF")),
    "ZMW": ((2013, "ZMK"),),
}
"""Codes of the currencies that bore a name before: until which year each."""
_ALSO_WORDS = frozenset(
    {"pound", "pounds", "mark", "marks", "won", "rand", "crowns", "dong", "lari", "drams"}
)
"""Names that mean something else as well: they need a number that is money, or words that say so."""

_LOOK_BACK = 6
_BEFORE = re.compile(
    rf"(?<![^\W\d_])({'|'.join(re.escape(sign) for sign in sorted([*_SYMBOLS, *_CODES], key=len, reverse=True))})[ \xa0]?$"
)
_AFTER = re.compile(
    r"[ \xa0\n-]{1,2}(?:(?P<qualifier>"
    + "|".join(
        sorted({re.escape(qualifier) for qualifier, _ in _QUALIFIED}, key=lambda word: (-len(word), word))
    )
    + r")[ \xa0\n])?(?P<name>"
    + "|".join(sorted([*_NAMES, *_SUBUNITS], key=lambda word: (-len(word), word))).replace(" ", r"[ \xa0\n]")
    + r")\b",
    re.IGNORECASE,
)
_CODE_AFTER = re.compile(rf"[ \xa0]?({'|'.join(_CODES)})\b")


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency as written beside a number.

    Attributes:
        start: First character.
        end: One past the last.
        code: ISO 4217, None where the name is that of several.
        name: Its unit in the singular.
        factor: What part of the unit the word stands for: 0.01 of "cents".
        is_named: Whether sign or words say whose it is.
        is_ambiguous: Whether the word has another meaning and nothing beside it says which.
    """

    start: int
    end: int
    code: str | None
    name: str
    factor: float = 1.0
    is_ambiguous: bool = False
    is_named: bool = True


def code_in(currency: Currency, countries: Mapping[str, int], year: int | None = None) -> str | None:
    """The code of a currency in an article.

    Args:
        currency: As it is written.
        countries: How often the article names each country.
        year: When it was published.
    """
    code = _code_of_country(currency, countries)
    reforms = _BEFORE_REFORM.get(code or "", ()) if year else ()
    return next((old for until, old in reforms if year and year < until), code)


def currency_before(text: str, position: int) -> Currency | None:
    """The symbol or code that ends where a number starts: "US$", "Rs ", "EUR "."""
    window = max(0, position - _LOOK_BACK)
    match = _BEFORE.search(text[window:position])
    if match is None:
        return None
    code, name = _SYMBOLS[match[1]] if match[1] in _SYMBOLS else (match[1], _CODES[match[1]])
    return Currency(
        window + match.start(1), position, code, name, is_named=match[1].lower() not in {"rs", "rs.", "$"}
    )


def currency_after(text: str, position: int) -> Currency | None:
    """The name or code that follows a number's end: " dlrs", " Swiss francs", " USD"."""
    match = _CODE_AFTER.match(text, position)
    if match:
        return Currency(position, match.end(), match[1], _CODES[match[1]])
    match = _AFTER.match(text, position)
    if match is None:
        return None
    word = " ".join(match["name"].lower().split())
    name, default = _SUBUNITS.get(word) or _NAMES[word]
    factor = 0.01 if word in _SUBUNITS else 1.0
    if match["qualifier"]:
        qualifier = match["qualifier"].lower()
        own_cents = _CENTS_OF.get(qualifier) if word in _CENTS else None
        name, code = own_cents or (name, _QUALIFIED.get((qualifier, name)))
        return Currency(position, match.end(), code, name, factor=factor)
    is_ambiguous = word in _ALSO_WORDS
    return Currency(
        position, match.end(), default, name, factor=factor, is_ambiguous=is_ambiguous, is_named=False
    )


def _code_of_country(currency: Currency, countries: Mapping[str, int]) -> str | None:
    """The code by what is written and the countries that are named."""
    if currency.name == "dollar" and not currency.is_named and len(countries) == 1:
        return _DOLLARS.get(next(iter(countries)), currency.code)
    shared = {} if currency.is_named else _SHARED.get(currency.name, {})
    named = sorted(
        ((countries[country], code) for country, code in shared.items() if countries.get(country)),
        reverse=True,
    )
    if not named or currency.code in {code for _, code in named}:
        return currency.code
    is_clear = len(named) == 1 or named[0][0] > named[1][0]
    return named[0][1] if is_clear else currency.code
