#!/usr/bin/python3
"""The page where there is nothing to show yet, or more than there should be: states.py --build DIRECTORY. Exits with 77
where something that it needs is not there."""

import page_case
import stand_in
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
        self.assertIn("days with hours", self.browser.text(".period .note"))
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


class FurtherSections(page_case.PageCase):
    """Apps, Fleet and Alerts are places in the bar when the collector says that it has them, and only then."""

    wishes = {"days": 0.042}
    answers = {
        "/api/v1/top": {"rows": [{"app": "firefox", "received": 231e9, "sent": 6.9e9, "total": 237.9e9, "share": 0.42},
                                 {"app": "<b>restic", "received": 4e8, "sent": 38.2e9, "total": 38.6e9, "share": 0.07}]},
        "/api/v1/devices": {"rows": [{"host": "thinkpad", "state": "up", "last": 1796000000, "received": 1e9, "sent": 2e8},
                                   {"host": "attic", "state": "down", "last": 1795000000, "received": 5e9, "sent": None}]},
        "/api/v1/alerts": {"rows": []},
    }

    def sections(self):
        return self.browser.script("return [...document.querySelectorAll('nav a')].map(e => e.textContent)")

    def test_they_come_with_what_they_show(self):
        usual = ["Overview", "History", "Machine", "Status"]
        self.browser.open("#/history")
        self.browser.wait("!document.getElementById('host').hidden", "the collector has said what it has")
        self.assertEqual(self.sections(), usual)
        able = {"applications": True, "fleet": True, "alerts": True, "stream": False}
        in_front = stand_in.StandIn(self.collector.address, {
            "/api/v1": lambda answer: {**answer, "capabilities": {**answer["capabilities"], **able}}, **self.answers})
        self.addCleanup(in_front.close)
        self.browser.address = in_front.address
        self.browser.open("#/fleet")
        self.browser.wait("document.querySelectorAll('.long tbody tr').length === 2", "the machines are listed")
        self.assertEqual(self.sections(), usual[:3] + ["Apps", "Fleet", "Alerts", "Status"])
        self.assertEqual(self.browser.text("nav [aria-current]"), "Fleet")
        self.assertRegex(self.browser.text(".long tbody tr:nth-child(2)"), r"^atticdown.*5.00 GB–$")
        self.browser.picture(page_case.pictures() / "fleet.png")
        self.browser.script("document.querySelector('nav a[href=\"#/apps\"]').click()")
        self.browser.wait("document.querySelector('.long .share')", "the applications are listed")
        self.assertIn("<b>restic", self.browser.text(".long"))
        self.browser.script("document.querySelector('nav a[href=\"#/alerts\"]').click()")
        self.browser.wait("document.querySelector('.listing .empty')", "that there is no alert is said")

    def test_many_interfaces_do_not_crowd_out_the_rest(self):
        in_front = stand_in.StandIn(self.collector.address, {
            "/api/v1": lambda answer: {**answer, "capabilities": {**answer["capabilities"], "stream": False}},
            "/api/v1/overview": lambda answer: {**answer, "interfaces": [
                {**answer["interfaces"][0], "interface": f"enx00112233{number:04}"} for number in range(12)]}})
        self.addCleanup(in_front.close)
        self.browser.address = in_front.address
        self.browser.open()
        self.browser.wait("document.querySelectorAll('.through tbody tr').length === 6", "half of them are shown")
        self.assertEqual(self.browser.text(".through .more"), "6 more")
        self.browser.script("document.querySelector('.through .more').click()")
        self.browser.wait("document.querySelectorAll('.through tbody tr').length === 12", "and all of them on demand")
        self.assertEqual(self.browser.script("return document.activeElement.textContent"), "enx001122330006")
        self.browser.size(*PHONE)
        self.assertLessEqual(self.browser.script(NARROW), PHONE[0])


if __name__ == "__main__":
    page_case.main()
