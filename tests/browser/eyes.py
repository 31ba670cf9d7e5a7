"""How a page is looked at: its size, its targets, its names, what a screen reader would say, and a picture of it."""

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

from tests.house.source import ROOT

PICTURES = ROOT / "var" / "screenshots"
"""Kept by whoever runs the tests, to be looked at."""
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
GRAVE = {"serious", "critical"}
MOST_BYTES, MOST_REQUESTS = 150_000, 6
TARGETS = "button, summary, .toggle, .menu a, .chats a, .people a, .tabs a, .row-link, input, select, .brand"
SMALL_TARGETS = """(selector) => [...document.querySelectorAll(selector)]
  .filter((one) => one.offsetParent !== null && !["hidden", "checkbox", "radio"].includes(one.type))
  .map((one) => [one.textContent.trim() || one.name, one.getBoundingClientRect()])
  .filter(([, box]) => box.width < 43.5 || box.height < 43.5)
  .map(([words, box]) => `${words}: ${box.width}x${box.height}`)"""
NAMELESS = """() => [...document.querySelectorAll("input, select, textarea, button, a, summary, img, nav, [role=log]")]
  .filter((one) => one.type !== "hidden" && !one.closest("[hidden]"))
  .filter((one) => !(one.textContent.trim() || one.getAttribute("aria-label") || one.hasAttribute("alt")
    || (one.labels && one.labels.length)))
  .map((one) => one.outerHTML)"""


def look(page: Page, name: str) -> None:
    """Take a picture, and see that the page fits its screen, every target a finger, and everything has a name."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.wait_for_load_state()  # measured with its style sheet
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    wrong = [f"{wide} pixels too wide"] if wide > 0 else []
    wrong += [*page.evaluate(SMALL_TARGETS, TARGETS), *page.evaluate(NAMELESS), *barriers(page)]
    if wrong:
        raise AssertionError(f"{name}: " + "; ".join(wrong))


def barriers(page: Page) -> list[str]:
    """What axe-core calls serious or critical by WCAG 2.2 AA: the rule and where."""
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(
        "(rules) => axe.run({runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})", RULES
    )
    return [
        f"{one['id']}: {node['html'][:200]}"
        for one in found["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


class Traffic:
    """What one page cost to open."""

    def __init__(self, page: Page) -> None:
        self.requests: list[str] = []
        self.bytes = 0
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("response", self._count)

    def _count(self, response: Any) -> None:
        self.bytes += len(response.body()) if response.status == 200 else 0

    def is_light(self, host: str) -> bool:
        """Whether it was small, and nothing came from another host."""
        ours = all(url.startswith((host, "data:")) for url in self.requests)
        return ours and len(self.requests) <= MOST_REQUESTS and self.bytes <= MOST_BYTES
