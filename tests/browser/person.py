"""One person at a browser: signs in, finds a task in the inbox, fills in a form as its fields ask, and sends it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

SENT = "已提交"
NARROW = "document.scrollingElement.scrollWidth <= innerWidth"


@dataclass
class Person:
    id: str
    page: Page

    def visit(self, path: str) -> Person:
        """Open an address; whoever is not signed in (any more) does so and goes on there."""
        self.page.goto(path)
        if "/sign-in" in self.page.url:
            self.page.click(f'button[name=person][value="{self.id}"]')
            self.page.goto(path)
        return self

    def inbox(self) -> list[str]:
        """What waits for me, own tasks first, then those that I may claim."""
        return [title for tab in ("todo", "claim") for title in self.tab(tab)]

    def tab(self, tab: str) -> list[str]:
        self.visit(f"/inbox?tab={tab}")
        return [text.strip() for text in self.page.locator(".row-what").all_inner_texts()]

    def open(self, title: str) -> Person:
        """Take a task out of the inbox."""
        for tab in ("todo", "claim"):
            self.visit(f"/inbox?tab={tab}")
            row = self.row(title)
            if row.count():
                row.locator(".row-link").first.click()
                expect(self.page.locator("h1")).to_have_text(title)
                return self
        raise AssertionError(f"expected {title} in the inbox, found {self.inbox()}")

    def row(self, title: str) -> Locator:
        exactly = self.page.locator(".row-what", has_text=re.compile(f"^\\s*{re.escape(title)}\\s*$"))
        return self.page.locator(".row-item").filter(has=exactly)

    def fill(self, answers: Mapping[str, str | list[str]]) -> Person:
        for name, value in answers.items():
            self._answer(name, value)
        return self

    def press(self, label: str) -> Person:
        self.page.get_by_role("button", name=label, exact=True).click()
        return self

    def send(self, label: str = "提交") -> Person:
        """Send the form; the receipt says that it was taken."""
        self.press(label)
        expect(self.page.locator("h1")).to_have_text(SENT)
        return self

    def do(self, title: str, label: str = "提交", **answers: str | list[str]) -> Person:
        """A whole task: out of the inbox, filled in, sent."""
        return self.open(title).fill(answers).send(label)

    def paste(self, text: str) -> Person:
        self.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        self.page.keyboard.press("Control+v")
        return self

    def open_case(self) -> Person:
        """From the receipt to the case that it belongs to."""
        self.page.locator(".receipt a[href^='/instances/']").first.click()
        expect(self.page.locator("#trace")).to_be_visible()
        return self

    def open_started(self) -> Person:
        """The case that I started last."""
        self.visit("/inbox?tab=mine").page.locator(".row-link").first.click()
        expect(self.page.locator("#trace")).to_be_visible()
        return self

    def assert_fits(self) -> Person:
        """Nothing of the page lies beside the screen, once it is laid out."""
        self.page.wait_for_load_state("load")
        with suppress(PlaywrightTimeout):
            self.page.wait_for_function(NARROW, timeout=5_000)
        assert self.page.evaluate(NARROW), f"{self.page.url} scrolls sideways: {self.page.evaluate(WIDER)}"
        return self

    def _answer(self, name: str, value: str | list[str]) -> None:
        place = self.page.locator(f'form.sheet [name="{name}"]')
        kind = place.first.get_attribute("type") or place.first.evaluate("place => place.type")
        if kind in ("radio", "checkbox"):
            for text in [value] if isinstance(value, str) else value:
                self.page.locator(f'form.sheet [name="{name}"][value="{text}"]').check()
        elif kind == "select-one":
            place.select_option(value)
        else:
            place.fill(value if isinstance(value, str) else "\n".join(value))


WIDER = """[...document.querySelectorAll('body *')].filter(each => each.getBoundingClientRect().right > innerWidth + 1)
  .slice(0, 5).map(each => each.outerHTML.slice(0, 120))"""
