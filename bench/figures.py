"""The lines that programs print for other programs (bench/figure.h), among those for people:

    figure NAME VALUE UNIT      a number
    fact NAME TEXT              words
"""

import pathlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    value: float
    unit: str

    def number(self):
        """For people: 1,234,567 or 12.35."""
        return f"{self.value:,.0f}" if 1e4 <= abs(self.value) < 1e15 else f"{self.value:,.4g}"

    def __str__(self):
        return f"{self.number()} {self.unit}"


def read(line):
    """(name, figure or text) of a line, or None."""
    words = line.split(maxsplit=2)
    if len(words) < 3 or words[0] not in ("figure", "fact"):
        return None
    kind, name, rest = words
    if kind == "fact":
        return name, rest.strip()
    value, _, unit = rest.strip().partition(" ")
    try:
        return name, Figure(float(value), unit)
    except ValueError:
        return None


def read_file(path):
    """All figures and facts of a file by name; none where there is no file."""
    try:
        return dict(filter(None, map(read, pathlib.Path(path).read_text(errors="replace").splitlines())))
    except FileNotFoundError:
        return {}


def tell(name, value, unit):
    print(f"figure {name} {value:.6g} {unit}", flush=True)
