"""What a check found: rows, and how they are shown."""

import dataclasses
import json
import textwrap

# A verdict: held to something asked; a figure that nothing is asked of; not looked at, and why.
PASSED, FAILED, SHOWN, LEFT_OUT = "pass", "FAIL", "shown", "not run"


@dataclasses.dataclass
class Row:
    part: str
    what: str
    verdict: str
    measured: str
    asked: str = ""

    def line(self):
        return json.dumps(dataclasses.asdict(self))


def held(part, what, good, measured, asked):
    return Row(part, what, PASSED if good else FAILED, measured, asked)


def shown(part, what, measured, asked="no floor"):
    return Row(part, what, SHOWN, measured, asked)


def left_out(part, what, reason):
    return Row(part, what, LEFT_OUT, reason)


def failed(part, what, reason):
    return Row(part, what, FAILED, reason)


def counts(rows):
    return {verdict: sum(row.verdict == verdict for row in rows) for verdict in (PASSED, FAILED, SHOWN, LEFT_OUT)}


def summary(rows):
    return ", ".join(f"{count} {verdict}" for verdict, count in counts(rows).items())


def table(rows, width=150):
    """Columns for a terminal; long cells take several lines."""
    titles = ("part", "what", "verdict", "measured", "asked")
    cells = [tuple(dataclasses.asdict(row)[title] for title in titles) for row in rows]
    limits = [14, 46, 7, width - 14 - 46 - 7 - 24 - 8, 24]
    widths = [min(limit, max(len(row[i]) for row in [titles, *cells])) for i, limit in enumerate(limits)]
    lines = []
    for row in [titles, *cells]:
        wrapped = [textwrap.wrap(cell, limit) or [""] for cell, limit in zip(row, widths)]
        for index in range(max(map(len, wrapped))):
            parts = (lines_of[index] if index < len(lines_of) else "" for lines_of in wrapped)
            lines.append("  ".join(part.ljust(limit) for part, limit in zip(parts, widths)).rstrip())
        if row is titles:
            lines.append("  ".join("-" * limit for limit in widths))
    return "\n".join(lines)


def markdown(rows):
    lines = ["| part | what | verdict | measured | asked |", "| --- | --- | --- | --- | --- |"]
    for row in rows:
        cells = (row.part, row.what, row.verdict, row.measured, row.asked)
        lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    return "\n".join(lines)
