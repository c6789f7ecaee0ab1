"""PLOVER: event types, modes, their quad classes and scores, and the sectors of actors.

Facts of the PLOVER 2.0 draft specification (Open Event Data Alliance), in our own words. One deviation: the
specification prints a score of 3 for ACCUSE without a mode, against -2 to -3.5 for its modes; that is a slip of
sign, and detente uses -3.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

QuadClass = Literal["verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict"]
QUAD_CLASSES: tuple[str, ...] = get_args(QuadClass)

Status = Literal["actual", "planned", "hypothetical", "negated"]
STATUSES: tuple[Status, ...] = get_args(Status)
NONE = "NONE"
"""What a coder says of a pair of actors with no event between them; never an event_type of a published event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """A PLOVER category.

    Attributes:
        name: As published.
        quad_class: Verbal or material, cooperation or conflict.
        score: Goldstein-like tone of the category without a mode.
        covers: What it is for, in a line.
        modes: Score by mode; empty if the category has none.
        needs_second_party: Coded only with a recipient, or with two or more actors when reciprocal.
        future: The category of the same act while it has not happened; None if it keeps its own.
    """

    name: str
    quad_class: QuadClass
    score: float
    covers: str
    modes: dict[str, float] = field(default_factory=dict)
    needs_second_party: bool = False
    future: str | None = None


_TYPES = (
    EventType(
        name="AGREE",
        quad_class="verbal_cooperation",
        score=2.5,
        covers="agrees, offers, promises, signals willingness; every cooperative act still in the future",
    ),
    EventType(
        name="CONSULT",
        quad_class="verbal_cooperation",
        score=2.5,
        covers="meetings, visits, talks, negotiations and calls that happen or happened",
        modes={"visit": 4, "third-party": 1, "multilateral": 4, "phone": 1.5},
        future="AGREE",
    ),
    EventType(
        name="SUPPORT",
        quad_class="verbal_cooperation",
        score=5,
        covers="praises, endorses, defends, recognises, improves diplomatic ties; signs or ratifies an agreement",
        future="AGREE",
    ),
    EventType(
        name="CONCEDE",
        quad_class="verbal_cooperation",
        score=4.5,
        covers="verbal concessions: eases restrictions, pardons, apologises, drops a demand, announces a withdrawal",
    ),
    EventType(
        name="COOPERATE",
        quad_class="material_cooperation",
        score=9.5,
        covers="mutual material exchange: trade, joint projects and exercises, extradition, shared intelligence",
        needs_second_party=True,
        future="AGREE",
    ),
    EventType(
        name="AID",
        quad_class="material_cooperation",
        score=10,
        covers="material help mainly to the recipient: money, loans, arms, training, relief, asylum, rescues",
        needs_second_party=True,
        future="AGREE",
    ),
    EventType(
        name="RETREAT",
        quad_class="material_cooperation",
        score=6.5,
        covers="concessions carried out: withdraws, releases, returns, disarms, observes a ceasefire, resigns",
        modes={"withdraw": 8, "release": 6.5, "disarm": 10, "ceasefire": 7.5, "access": 6.5, "resign": 4.5},
        future="CONCEDE",
    ),
    EventType(
        name="REQUEST",
        quad_class="verbal_conflict",
        score=0,
        covers="asks, urges, calls for, demands, orders",
        modes={"assist": 0.5, "change": -1, "yield": -1, "meet": 0},
    ),
    EventType(
        name="ACCUSE",
        quad_class="verbal_conflict",
        score=-3,
        covers="criticises, condemns, complains, alleges, sues, charges, investigates",
        modes={"disapprove": -2, "investigate": -3.5, "allege": -3.5},
    ),
    EventType(
        name="REJECT",
        quad_class="verbal_conflict",
        score=-2,
        covers="refuses, denies, vetoes, turns down, cancels a meeting, bars entry",
        modes={"assist": -1.5, "change": -2, "yield": -2, "meet": -2},
    ),
    EventType(
        name="THREATEN",
        quad_class="verbal_conflict",
        score=-3.5,
        covers="warns of serious consequences; an arrest warrant in absence",
        modes={
            "restrict": -3,
            "arrest": -3.5,
            "relations": -3.5,
            "expel": -3.5,
            "territory": -4,
            "violence": -3.5,
        },
    ),
    EventType(
        name="PROTEST",
        quad_class="material_conflict",
        score=-5,
        covers="collective action by civilians",
        modes={
            "demo": -5,
            "riot": -7,
            "strike": -5,
            "hunger": -4.5,
            "boycott": -4.5,
            "obstruct": -4.5,
            "vandalize": -4.5,
        },
    ),
    EventType(
        name="SANCTION",
        quad_class="material_conflict",
        score=-6,
        covers="reduces relations: sanctions, tariffs, embargoes, suspended aid or talks, expelled diplomats, convictions",
        modes={"convict": -6, "expel": -5.5, "withdraw": -6, "discontinue": -6},
        needs_second_party=True,
    ),
    EventType(
        name="MOBILIZE",
        quad_class="material_conflict",
        score=-5.5,
        covers="force moved or shown and not used: deployments, alerts, one-sided exercises, weapons tests",
        modes={"troops": -6.5, "weapons": -6.5, "police": -5.5, "militia": -6},
    ),
    EventType(
        name="COERCE",
        quad_class="material_conflict",
        score=-7,
        covers="repression short of violence: arrests, seizures, bans, curfews, censorship, deportations, cyber attacks",
        modes={
            "seize": -7,
            "restrict": -7,
            "censor": -6.5,
            "curfew": -6.5,
            "martial-law": -7.5,
            "arrest": -7,
            "deport": -7,
            "withhold": -7,
            "misinformation": -6.5,
            "cyber": -7,
        },
    ),
    EventType(
        name="ASSAULT",
        quad_class="material_conflict",
        score=-9,
        covers="deliberate acts that can do bodily harm: attacks, clashes, bombings, killings",
        modes={
            "abduct": -8.5,
            "beat": -7.5,
            "torture": -8.5,
            "sexual": -8.5,
            "targeted": -9.5,
            "destroy": -8.5,
            "primitive": -8,
            "firearms": -9,
            "explosives": -9,
            "suicide-attack": -9.5,
            "aerial": -9.5,
            "drone": -9.5,
            "heavy-weapons": -9.5,
            "crowd-control": -7.5,
            "unconventional": -10,
        },
    ),
)

EVENT_TYPES: dict[str, EventType] = {event_type.name: event_type for event_type in _TYPES}
MODES: tuple[str, ...] = tuple(sorted({mode for event_type in _TYPES for mode in event_type.modes}))

SECTORS: dict[str, str] = {
    "GOV": "government",
    "MIL": "military",
    "INT": "intelligence",
    "LEG": "legislature",
    "JUD": "courts",
    "PTY": "political parties",
    "OPP": "opposition",
    "REB": "armed non-state groups",
    "POL": "police",
    "BUS": "companies",
    "LAB": "labour",
    "CVL": "civilians",
    "MED": "media",
    "EDU": "education and science",
    "REL": "religious bodies",
    "NGO": "non-governmental organisations",
    "IGO": "intergovernmental organisations",
    "ELI": "former officials and elites",
    "REF": "refugees",
    "CRM": "criminal groups",
    "UNK": "named by the text without a function",
}

CONTEXTS: dict[str, str] = {
    "military": "armed forces, arms, war",
    "intelligence": "spying, secret services",
    "executive": "presidents, cabinets, how they are formed, act or fall",
    "legislative": "parliaments, bills, their votes",
    "election": "votes, campaigns, counts",
    "political_institutions": "constitutions, courts' and bodies' powers, how the state is built",
    "pro_democracy": "for more democracy",
    "pro_autocracy": "for less: juntas, terms prolonged, opponents shut out",
    "economic": "trade, money, industry, work, energy as trade",
    "legal": "courts, trials, law suits, treaties as law",
    "reparations": "compensation for wrongs",
    "human_rights": "abuses, rights observers",
    "rights_freedoms": "speech, press, assembly, movement",
    "repression": "a state against its own people",
    "human_security": "food, water, shelter, civilians in danger",
    "gender": "women, sexual violence, equality of the sexes",
    "lgbt": "sexual and gender minorities",
    "religion_ethnicity": "faiths, churches, ethnic groups",
    "inequality": "poverty, classes, unequal treatment",
    "diplomatic": "envoys, ties, recognition, summits",
    "territory": "borders, islands, secession, occupation",
    "peacekeeping": "peace forces, monitors, truces and peace talks",
    "health": "diseases, medicine",
    "asylum": "refugees and asylum",
    "migration": "migrants, visas, deportation",
    "disasters": "quakes, storms, floods, famines, accidents",
    "natural_resource": "oil, gas, minerals, water, fish, timber",
    "environment": "climate, pollution, species",
    "technology": "chips, space, telecoms, science",
    "terrorism": "bombings and killings of civilians, hijacks and hostage takings by groups; what the text calls so",
    "cbrn": "nuclear, chemical, biological matters",
    "cyber": "hacking, networks",
    "misinformation": "propaganda, false claims",
    "crime": "ordinary crime, piracy, gangs",
    "corruption": "bribes, graft",
    "illegal_drugs": "drugs",
    "trafficking": "people, arms or goods smuggled",
}
"""What an event is about; any number an event."""


def quad_class_of(event_type: str) -> QuadClass:
    """The quad class that a category belongs to."""
    return EVENT_TYPES[event_type].quad_class


def score_of(event_type: str, mode: str | None) -> float:
    """The score of an event: its mode's, or its category's where it has none.

    Raises:
        KeyError: The category is unknown or has no such mode.
    """
    category = EVENT_TYPES[event_type]
    return float(category.modes[mode] if mode else category.score)
