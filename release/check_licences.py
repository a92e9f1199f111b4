"""Looks for licences under which blockwire, which is Apache-2.0, could not be passed on with what it needs.

``python release/check_licences.py SBOM.json``, a CycloneDX bill of materials of an environment with blockwire in it.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

FORBIDDEN: Final = re.compile(
    r"\b(A?GPL|SSPL|BUSL|CC-BY-NC|Commons-Clause|GNU (Affero )?General Public)", re.IGNORECASE
)
"""Not the LGPL: a module of its own that a user can replace asks for no more than its text."""

_LICENCE: Final = re.compile(
    r"\b(Apache|MIT|BSD|0BSD|ISC|MPL|PSF|Python|Unlicense|ZPL|LGPL|Lesser|HPND|Zlib|CC0|WTFPL|CNRI|Public Domain)"
)

STATED_ELSEWHERE: Final[Mapping[str, str]] = {"protobuf": "BSD-3-Clause", "pyahocorasick": "BSD-3-Clause"}
"""Packages whose metadata names no licence: the one in their files."""


def licences_of(component: Mapping[str, Any]) -> list[str]:
    """What a component says of its licence, as it says it: expressions, names, ids."""
    told = []
    for entry in component.get("licenses", []):
        licence = entry.get("license", {})
        told += [text for text in (entry.get("expression"), licence.get("id"), licence.get("name")) if text]
    return told or [one for one in (STATED_ELSEWHERE.get(component["name"]),) if one]


def trouble_with(licences: list[str]) -> str | None:
    """Why a component must not be passed on; None where it may.

    Where a choice is offered, one good licence is enough.
    """
    if not licences:
        return "states no licence: look into its files, and put it into STATED_ELSEWHERE"
    choices = [choice for licence in licences for choice in re.split(r"\s+OR\s+|/", licence)]
    good = [choice for choice in choices if _LICENCE.search(choice) and not FORBIDDEN.search(choice)]
    return None if good else f"is under {', '.join(licences)}"


def troubles(bill: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a bill of materials."""
    for component in bill.get("components", []):
        reason = trouble_with(licences_of(component))
        if reason:
            yield f"{component['name']} {component.get('version', '')} {reason}"


def main(file: Path) -> int:
    """Prints the licences with their counts, and what is wrong; 1 where that is anything."""
    bill = json.loads(file.read_text("utf-8"))
    counted = Counter(" | ".join(licences_of(one)) for one in bill["components"])
    found = list(troubles(bill))
    for licence, count in counted.most_common():
        sys.stdout.write(f"{count:4} {licence[:100]}\n")
    sys.stdout.write("".join(f"{one}\n" for one in found))
    sys.stdout.write(f"{len(bill['components'])} components, {len(found)} that must not be passed on\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
