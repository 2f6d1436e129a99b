"""Tables for people, and the marked sections of docs/benchmarks.md that hold them."""

import datetime
import os
import pathlib

DOCUMENT = pathlib.Path(__file__).parent.parent / "docs" / "benchmarks.md"


def table(heads, rows):
    """Markdown, its columns padded: the first two to the left, numbers to the right."""
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]

    def line(cells):
        padded = (c.ljust(w) if i < 2 else c.rjust(w) for i, (c, w) in enumerate(zip(cells, widths)))
        return "| " + " | ".join(padded) + " |"

    rule = "|" + "|".join("-" * (w + 2) if i < 2 else "-" * (w + 1) + ":" for i, w in enumerate(widths)) + "|"
    return "\n".join([line(heads), rule, *map(line, rows)])


def milliseconds(value):
    return f"{value:.{3 if value < 10 else 1}f}"


def processor_fact(name):
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith(name):
            return line.partition(":")[2].strip()
    return os.uname().machine


def vector_unit():
    flags = processor_fact("flags").split()
    names = {"avx512f": "AVX-512", "avx2": "AVX2"}
    return next((name for flag, name in names.items() if flag in flags), "no AVX2")


def circumstances(threads=0, versions=()):
    """0: the table says how many threads. Versions are those of other programs."""
    machine = f"{datetime.date.today()}, {processor_fact('model name')} ({vector_unit()}, {os.cpu_count()} cores)"
    each = f", {threads} {'thread' if threads == 1 else 'threads'} each" if threads else ""
    others = "\n" + "; ".join(sorted(versions, key=str.lower)) + "." if versions else ""
    return f"{machine}{each}.{others}"


def write_section(name, text):
    """Puts the text between the section's two marks, which the document has."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    document = DOCUMENT.read_text()
    before, found, rest = document.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise SystemExit(f"bench: {DOCUMENT} has no place for it: {begin} and {end} on lines of their own")
    temporary = DOCUMENT.with_suffix(".md.new")
    temporary.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}")
    temporary.rename(DOCUMENT)
