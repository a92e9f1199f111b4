"""The checks of releases and of the manual find what they are made to find."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).parents[2]


def script(path: str) -> ModuleType:
    """A script of the repository that is in no package."""
    found = importlib.util.spec_from_file_location(Path(path).stem, REPOSITORY / path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_a_wheel_is_held_against_the_repository() -> None:
    check = script("release/check_archives.py")
    wanted = {"blockwire/config/feeds.yaml", "blockwire/schemas/ids.py"}
    beside = {"blockwire-0.1.0.dist-info/METADATA"}
    assert check.troubles(wanted | beside, wanted) == []
    assert check.troubles({"blockwire/schemas/ids.py", "tests/conftest.py"}, wanted) == [
        "is missing: blockwire/config/feeds.yaml",
        "does not belong there: tests/conftest.py",
    ]


@pytest.mark.parametrize(
    ("licences", "good"),
    [
        (["MIT"], True),
        (["License :: OSI Approved :: BSD License"], True),
        (["MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later"], True),
        (["LGPL-2.1-only"], True),
        (["GPL-3.0-or-later"], False),
        (["AGPL-3.0-only"], False),
        (["Apache-2.0 AND GPL-2.0-only"], False),
        (["License :: OSI Approved :: GNU General Public License v3 (GPLv3)"], False),
        (["Our own licence"], False),
        ([], False),
    ],
)
def test_licences_that_forbid_passing_on_are_found(licences: list[str], good: bool) -> None:
    check = script("release/check_licences.py")
    named = [{"license": {"name": one}} for one in licences]
    bill = {"components": [{"name": "thing", "version": "1", "licenses": named}]}
    assert (list(check.troubles(bill)) == []) is good


def test_requests_to_other_hosts_are_found(tmp_path: Path) -> None:
    check = script("docs/site/check.py")
    page = tmp_path / "index.html"
    page.write_text('<link rel="stylesheet" href="a.css"><a href="https://example.org/">a link asks nobody</a>')
    (tmp_path / "a.css").write_text("@font-face { src: url(fonts/a.woff2) }")
    assert check.foreign_requests(tmp_path) == []
    page.write_text('<script src="//cdn.example/a.js"></script><style>@import "https://fonts.example/b.css";</style>')
    (tmp_path / "a.css").write_text("body { background: url('http://pictures.example/c.png') }")
    assert sorted(re.findall(r"(\w+)\.example", " ".join(check.foreign_requests(tmp_path)))) == [
        "cdn",
        "fonts",
        "pictures",
    ]


def test_the_version_stands_in_one_place() -> None:
    (version,) = re.findall(r'version="([^"]+)"', (REPOSITORY / "setup.py").read_text("utf-8"))
    for folder in ("schemas", "config", "transforms", "pipelines"):
        for file in (REPOSITORY / folder).rglob("*.py"):
            assert f'"{version}"' not in file.read_text("utf-8"), file
