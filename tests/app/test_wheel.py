"""The wheel carries everything the command needs: code, presets, units and styles."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_built_wheel_runs_from_where_it_is_unpacked(tmp_path):
    wheels = tmp_path / "wheels"
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    (wheel,) = wheels.glob("slipstick-*.whl")
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert {"models/units.txt", "app/dashboard/dashboard.tcss", "app/web.html"} <= files
    for preset in (ROOT / "presets" / "systems").glob("*.toml"):
        assert f"presets/systems/{preset.name}" in files
    code = (
        "import sys, app\n"
        f"assert app.__file__.startswith({str(site)!r}), app.__file__\n"
        "from app.cli import main\n"
        "main(['audit'])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "url-shortener" in ran.stdout
