"""The kit of hostile feeds and pages, with the product behind its adapter."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("BLOCKWIRE_SHARED", ROOT.parent / "shared"))
KIT = SHARED / "hostile" / "run_kit.py"


@pytest.mark.shared
@pytest.mark.thorough
@pytest.mark.skipif(not KIT.is_file(), reason=f"the hostile web kit is not there: {KIT} (set BLOCKWIRE_SHARED)")
@pytest.mark.skipif(sys.platform != "linux", reason="the hostile web kit needs Linux")
@pytest.mark.parametrize("kind", ["feed", "page"])
def test_every_case_that_is_no_policy_passes(kind: str) -> None:
    """0 contacts of the canary, 0 hangs, 0 uncaught exceptions, and what each case expects."""
    adapter = f"{ROOT / 'tests' / 'hostile' / 'adapter.py'}:blockwire"
    path = os.pathsep.join(filter(None, [str(ROOT / ".ci" / "path"), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, str(KIT), "--adapter", adapter, "--kind", kind, "-j", "2"],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
