"""Words whose point is no full stop. Folded, without the last point."""

from __future__ import annotations

_ENGLISH = """
mr mrs ms dr prof rev hon gen lt col maj capt sgt gov sen rep pres supt adm cmdr st ste mt ft jr sr inc ltd co corp bros
llc plc dept univ assn ave blvd rd no nos vs etc al e.g i.e cf approx est fig figs p pp ch sec art para vol ed eds
jan feb mar apr jun jul aug sept sep oct nov dec mon tue wed thu fri sat sun a.m p.m u.s u.k u.n e.u d.c ph.d
"""
_OTHERS = """
bzw z.b d.h u.a ca nr abs str usw evtl ggf mio mrd sog vgl mme mlle m.me sra srta dra ud uds dott sig av núm
г ул им т.е т.д т.п руб тыс млн млрд
"""
ABBREVIATIONS = frozenset((_ENGLISH + _OTHERS).split())

_CLOSING = "etc al inc ltd co corp llc plc jr sr a.m p.m u.s u.k u.n e.u d.c ph.d usw ave blvd rd т.д т.п руб"
CLOSING = frozenset(_CLOSING.split())
"""Those that often stand last in a sentence: the word after them decides."""

_WORDS = "no art sun mon sat fig est mar ed"
ALSO_WORDS = frozenset(_WORDS.split())
"""Those that are words, too: abbreviations only before a figure."""

_STARTERS = """
the a an it he she they we i you this that these those in on at but and for as if when after before while however
there his her its their our my what who why how no not some many most both under during since mr mrs ms dr
"""
STARTERS = frozenset(_STARTERS.split())
"""Words that, with a capital, begin a sentence and no name."""

NUMBERED_DATES = frozenset({"cs", "da", "de", "fi", "hu", "nb", "no", "pl", "sk"})
"""Languages that write a point after the day: "am 3. Mai"."""
