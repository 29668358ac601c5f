#!/usr/bin/python3
"""Everybody can use the page: axe-core finds nothing against any of it, light and dark. axe.py --build DIRECTORY. Exits with
77, saying why, where something that it needs is not there: npm and the network, for axe-core itself."""

import page_case
import world
from page_case import PAGES, violations


class Axe(page_case.PageCase):
    wishes = {"days": 12}

    def test_each_page_in_each_theme(self):
        for name in PAGES:
            self.opened(name)
            self.each_theme(name)

    def each_theme(self, name):
        for theme in ("light", "dark"):
            self.browser.theme(theme)
            self.assertEqual(violations(self.browser, axe), "", f"{name}, {theme}")


class Dialog(page_case.PageCase):
    wishes = {"days": 0, "web": "  anonymous: never\n"}
    allowed = ("status of 401",)

    def test_the_dialog_that_asks_who_somebody_is(self):
        self.browser.open()
        self.browser.wait("document.querySelector('dialog[open]')", "the page asks who it is")
        Axe.each_theme(self, "sign-in")


class Empty(page_case.PageCase):
    allowed = ("status of 4",)  # that there is no history is an answer of that kind
    wishes = {"days": 0, "sinks": "{files: {type: json, directory: files}}", "plans": "{}"}

    def test_what_has_no_history(self):
        for place in ("#/", "#/history", "#/machine"):
            self.browser.open(place)
            self.browser.wait("document.querySelector('main .empty:not([hidden]), main > .empty:not([hidden])')", "why is said")
            Axe.each_theme(self, place)


if __name__ == "__main__":
    page_case.read_arguments()
    # Fetched before the network of its own is entered, where there is nothing.
    axe, reason = world.axe(page_case.options.build)
    if axe is None:
        world.skip(reason)
    page_case.main()
