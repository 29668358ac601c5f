#!/usr/bin/python3
"""The page where there is nothing to show yet, or more than there should be: states.py --build DIRECTORY. Exits with 77
where something that it needs is not there."""

import json

import page_case
from page_case import PAGES, PHONE

NARROW = "return Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"


class NoHistory(page_case.PageCase):
    """Sinks elsewhere, none here: the present alone, and why."""

    allowed = ("status of 4",)  # that there is no history is an answer of that kind
    wishes = {"days": 0, "sinks": "{files: {type: json, directory: files}}", "plans": "{}"}

    def test_each_page_explains_itself(self):
        self.browser.open()
        self.is_live()
        self.browser.wait("document.querySelector('main > .empty')?.textContent.includes('sqlite')", "what to add is said")
        self.assertEqual(self.browser.script("return [...document.querySelectorAll('.today, .traffic')].filter(e => !e.hidden).length"), 0)
        self.browser.picture(page_case.pictures() / "no-history.png")
        self.assertEqual(self.browser.complaints(), [], "nothing is asked of a history that there is not")
        self.browser.open("#/history")
        self.browser.wait("document.querySelector('.card .empty')?.textContent.includes('sqlite')", "also on the page History")
        self.browser.open("#/machine")
        self.browser.wait("document.querySelector('main > .empty:not([hidden])')", "also on the page Machine")


class FirstHour(page_case.PageCase):
    """An hour after it was installed, without a plan."""

    wishes = {"days": 0.042, "plans": "{}"}
    allowed = ("status of 422",)  # of an interface that there is not

    def test_an_hour_is_enough_to_begin_with(self):
        self.browser.open("#/?range=1h")
        self.browser.wait(page_case.OVERVIEW, "the overview has its data")
        self.assertIn("days of history", self.browser.text(".period .note"))
        self.assertIn("is known after", self.browser.text(".today .note"))
        self.assertNotIn("NaN", self.browser.text("body"))
        self.browser.picture(page_case.pictures() / "first-hour.png")
        self.browser.open("#/history?by=cycle")
        self.browser.wait("document.querySelector('.card .empty')?.textContent.includes('plans:')", "plans are explained")
        self.assertEqual(self.browser.complaints(), [])
        self.browser.open("#/interface?name=nobody0")
        self.browser.wait("document.querySelector('.problem')", "an interface that there is not is said to be so")


class OverQuota(page_case.PageCase):
    """More was used than the plan has."""

    wishes = {"days": 40, "plans": "{home: {cycle: {day: 1}, quota: 1GB, price: {currency: EUR, rate: 0.10/GB}}}"}

    def test_what_is_gone_is_gone(self):
        self.browser.open()
        self.browser.wait(page_case.OVERVIEW, "the overview has its data")
        self.assertRegex(self.browser.text(".period .note"), r"[\d.]+ [GT]B over the plan")
        self.browser.picture(page_case.pictures() / "over-quota.png")
        self.browser.size(*PHONE)
        self.assertLessEqual(self.browser.script(NARROW), PHONE[0])


if __name__ == "__main__":
    page_case.main()
