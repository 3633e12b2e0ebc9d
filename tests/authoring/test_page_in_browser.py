"""The exported page in a real browser, where one is installed: quiet, still, and no wider than its window."""

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest

from tuilab.authoring import page

EXAMPLE = Path(__file__).parent / "examples" / "everything.md"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER = next((found for name in BROWSERS if (found := shutil.which(name))), None)
WIDTHS = (360, 1280)

# A page around the page, at each width, that looks at it once it is laid out.
AROUND = """<!doctype html><pre id="found"></pre>{frames}<script>
addEventListener("load", () => {{
  const found = [];
  for (const frame of document.querySelectorAll("iframe")) {{
    const inner = frame.contentDocument, view = frame.contentWindow;
    const root = inner.documentElement;
    const clipped = (element) => {{
      for (let it = element.parentElement; it; it = it.parentElement)
        if (view.getComputedStyle(it).overflowX === "auto" || it.tagName === "svg") return true;
      return false;
    }};
    found.push({{
      width: frame.clientWidth,
      page: root.scrollWidth,
      wide: [...inner.querySelectorAll("body *")]
        .filter((it) => it.getBoundingClientRect().right > root.clientWidth + 1 && !clipped(it))
        .map((it) => it.outerHTML.slice(0, 120)),
      asked: view.performance.getEntriesByType("resource").map((it) => it.name),
      math: inner.querySelector("math mfrac").getBoundingClientRect().height,
      pictures: [...inner.querySelectorAll("svg")].map((it) => it.getBoundingClientRect().height),
      title: inner.title,
    }});
  }}
  document.getElementById("found").textContent = JSON.stringify(found);
}});
</script>"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What the browser found at each width, and what it said."""
    if BROWSER is None:
        pytest.skip("no Chromium is installed")
    folder = tmp_path_factory.mktemp("page")
    page.export(EXAMPLE, folder / "everything.html")
    frames = "".join(
        f'<iframe src="everything.html" style="border: 0; width: {width}px; height: 900px"></iframe>'
        for width in WIDTHS
    )
    (folder / "around.html").write_text(AROUND.format(frames=frames))
    done = subprocess.run(
        [
            *(BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"),
            *(f"--user-data-dir={folder / 'profile'}", "--enable-logging=stderr", "--window-size=1400,900"),
            *("--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=5000", "--dump-dom"),
            (folder / "around.html").as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
    )
    found = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    if found is None or not found[1]:
        pytest.skip(f"Chromium does not run here: {done.stderr[-300:]}")
    said = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return json.loads(unescape(found[1])), said


def test_it_asks_for_nothing_and_the_console_is_silent(seen):
    found, said = seen
    assert [one["asked"] for one in found] == [[], []]
    assert said == []


@pytest.mark.parametrize("place", range(len(WIDTHS)), ids=map(str, WIDTHS))
def test_nothing_is_wider_than_the_window(seen, place):
    found = seen[0][place]
    assert found["width"] == WIDTHS[place]
    assert found["page"] <= found["width"]
    assert found["wide"] == []


def test_formulas_are_laid_out_and_drawings_have_room(seen):
    for one in seen[0]:
        assert one["title"] == "Everything that a page can hold"
        assert one["math"] > 20, "a fraction is two lines high"
        assert all(height > 20 for height in one["pictures"])
