"""Letters in the order in which they are drawn, for lines that run from right to left.

The algorithm of Unicode (UAX #9) for one line: weak and neutral characters, levels, reversal, mirrored
brackets. Isolates, in which a voice sets what stands in its sentences, are put in order by themselves; they
do not nest. Left out are embeddings, which never come to paper, and pairs of brackets, neutral here.
"""

import re
import unicodedata
from itertools import groupby

STRONG, NUMBERS = {"L", "R"}, {"EN", "AN"}
NEUTRAL = {"B", "S", "WS", "ON"}
MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")


APART = "\u2068", "\u2069"
ISOLATE = re.compile("\u2068[^\u2068\u2069]*")
PIECES = re.compile("\u2068[^\u2068\u2069]*|[^\u2069]", re.DOTALL)


def runs_left(text: str) -> bool:
    """Whether its first letter belongs to a script that is written from right to left; one that is not set
    apart, if there is any."""
    kinds = (unicodedata.bidirectional(c) for part in (ISOLATE.sub("", text), text) for c in part)
    return next((kind != "L" for kind in kinds if kind in {"L", "R", "AL"}), False)


def drawn(line: str, leftward: bool | None = None) -> str:
    """The line from left to right as it is drawn; `leftward` for a line of a text that runs so."""
    base = int(runs_left(line) if leftward is None else leftward)
    pieces = PIECES.findall(line)
    kinds = ["ON" if piece[0] == APART[0] else unicodedata.bidirectional(piece) or "L" for piece in pieces]
    shown = [drawn(piece[1:]) if piece[0] == APART[0] else piece for piece in pieces]
    if not base and not {"R", "AL"} & set(kinds):
        return "".join(shown)
    levels = _levels(_neutral(_weak(kinds, base), base), base)
    signs = [
        c.translate(MIRRORED) if level % 2 and len(c) == 1 else c
        for c, level in zip(shown, levels, strict=True)
    ]
    for level in range(max(levels, default=0), 0, -1):
        signs, levels = _reversed(signs, levels, level)
    return "".join(signs)


def _weak(kinds: list[str], base: int) -> list[str]:
    """Figures, and the signs between and beside them (W1 to W7)."""
    strong, found = "RL"[not base], list[str]()
    for i, kind in enumerate(kinds):
        before, after = (found[-1] if found else strong), kinds[i + 1 : i + 2]
        between = kind in {"ES", "CS"} and before == "EN" and after == ["EN"]
        found.append("EN" if between else {"NSM": before, "AL": "R"}.get(kind, kind))
    found = [part for kind, run in _runs(found) for part in _terminated(kind, run)]
    found = _beside_figures(found)
    for i, kind in enumerate(found):
        if kind in STRONG:
            strong = kind
        elif kind == "EN" and strong == "L":
            found[i] = "L"
    return found


def _runs(kinds: list[str]) -> list[tuple[str, int]]:
    return [(kind, len(list(run))) for kind, run in groupby(kinds)]


def _terminated(kind: str, length: int) -> list[str]:
    """Signs that stand with no figures are neutral; those of amounts are told apart next."""
    return ["ON" if kind in {"ES", "CS", "BN"} else kind] * length


def _beside_figures(kinds: list[str]) -> list[str]:
    """Signs of currencies and per cents belong to the figures that they touch."""
    runs = _runs(kinds)
    found: list[str] = []
    for i, (kind, length) in enumerate(runs):
        beside = {runs[j][0] for j in (i - 1, i + 1) if 0 <= j < len(runs)}
        told = ("EN" if "EN" in beside else "ON") if kind == "ET" else kind
        found += [told] * length
    return found


def _neutral(kinds: list[str], base: int) -> list[str]:
    """What stands between two of a direction takes it, else that of the line (N1, N2)."""
    plain = [("N" if kind in NEUTRAL else kind) for kind in kinds]
    line, found = "RL"[not base], list[str]()
    runs = _runs(plain)
    for i, (kind, length) in enumerate(runs):
        sides = [runs[j][0] if 0 <= j < len(runs) else line for j in (i - 1, i + 1)]
        left, right = ("R" if side in NUMBERS else side for side in sides)
        found += [(left if left == right else line) if kind == "N" else kind] * length
    return found


def _levels(kinds: list[str], base: int) -> list[int]:
    even = {"L": 0, "R": 1, "EN": 2, "AN": 2}
    return [even[kind] if not base else (1 if kind == "R" else 2) for kind in kinds]


def _reversed(letters: list[str], levels: list[int], least: int) -> tuple[list[str], list[int]]:
    """Every run at this level or a higher one, turned round (L2)."""
    pairs = list(zip(letters, levels, strict=True))
    turned: list[tuple[str, int]] = []
    for high, run in groupby(pairs, key=lambda pair: pair[1] >= least):
        kept = list(run)
        turned += kept[::-1] if high else kept
    return [letter for letter, _ in turned], [level for _, level in turned]
