#!/usr/bin/python3
"""The page where something is in its way: proxies that change what passes, a browser that keeps nothing, a collector that
says no more. faults.py --build DIRECTORY. Exits with 77 where something that it needs is not there."""

import contextlib
import datetime
import json
import pathlib
import re
import signal
import time
import urllib.request
import zoneinfo

import page_case
from page_case import PAGES
from proxy import Proxy

ASKED = ("performance.getEntriesByType('resource').filter(e => e.name.includes(arguments[0]) && e.responseStatus === 200)"
         ".map(e => e.name)")


class FaultCase(page_case.PageCase):
    wishes = {"days": 0.05}

    @contextlib.contextmanager
    def through(self, **how):
        """The page as it comes through such a proxy."""
        proxy = Proxy(self.collector.port, **how)
        try:
            yield proxy
        finally:
            self.browser.driver.get("about:blank")
            proxy.close()

    def open(self, proxy, place="#/"):
        self.browser.driver.get("about:blank")
        self.browser.driver.get(proxy.address + "/" + place)

    def is_followed(self):
        """Whether the collector's thread for those who watch is there: the stream, not questions."""
        threads = pathlib.Path(f"/proc/{self.collector.process.pid}/task").glob("*/comm")
        return any(each.read_text().startswith("web live") for each in threads)


class BelowAFolder(FaultCase):
    def test_all_of_it_is_asked_for_there(self):
        with self.through(folder="/collector") as proxy:
            self.open(proxy)
            self.browser.wait("document.querySelectorAll('.through tbody tr').length", "the overview has its data")
            self.is_live()
            self.assertTrue(self.is_followed(), "by the stream")
            for name in ("history", "machine", "status"):
                self.open(proxy, f"#/{name}")
                self.browser.wait(PAGES[name][1].replace("> 8", "> 0").split(" && ")[0], f"{name} has its data")
            self.open(proxy, "#/history")
            self.browser.wait(PAGES["history"][1], "the history is there")
            self.browser.script("[...document.querySelectorAll('button')].find(e => e.textContent === 'CSV').click()")
            found = self.browser.wait(ASKED.replace("arguments[0]", "'format=csv'") + "[0]", "the CSV is fetched")
            self.assertTrue(found.startswith(proxy.address + "/api/v1/usage?"), found)


class HeldBack(FaultCase):
    """Said in words, whatever the proxy sends instead."""

    allowed = ("status of", "WebSocket connection")

    def says(self, *parts):
        for part in parts:
            self.browser.wait(f"document.getElementById('main').innerText.includes({part!r})", f"the page says {part!r}")
        self.assertNotIn("Unexpected token", self.browser.text("body"))

    def test_the_api(self):
        for place in ("#/", "#/history", "#/machine"):
            with self.through(holds_back="/api/", says="200 OK") as proxy:
                self.open(proxy, place)
                self.says("What answers is not the collector; a proxy between has to hand on /api/v1")
        with self.through(holds_back="/api/", says="502 Bad Gateway") as proxy:
            self.open(proxy)
            self.says("The collector does not answer; what stands between says 502.")

    def test_the_script(self):
        with self.through(holds_back="/js/") as proxy:
            self.open(proxy)
            self.browser.wait("getComputedStyle(document.querySelector('.late')).visibility === 'visible'", "the page says so")
            self.assertIn("assets/", self.browser.script("return document.getElementById('main').innerText"))

    def test_whom_was_asked(self):
        with self.through(host=lambda path: "collector.example" if path.startswith("/api") else None) as proxy:
            for place in ("#/", "#/machine"):
                self.open(proxy, place)
                self.says("This is not who was asked", "web: {names:")

    def test_another_name_of_its_own(self):
        """Questions pass; the stream, which has to prove where it is from, does not: then by asking."""
        with self.through(host=lambda path: f"127.0.0.1:{self.collector.port}") as proxy:
            self.open(proxy)
            self.browser.wait("document.querySelectorAll('.through tbody tr').length", "the overview has its data")
            self.is_live()
            self.assertFalse(self.is_followed())

    def test_who_comes_back_is_followed_again(self):
        with self.through(holds_back="/api/", says="502 Bad Gateway") as proxy:
            self.open(proxy)
            self.says("The collector does not answer; what stands between says 502.")
            self.assertTrue(self.browser.script("return document.getElementById('host').hidden"))
            proxy.holds_back = re.compile("(?!)")
            self.is_live()
            self.browser.wait("!document.getElementById('host').hidden", "the machine is named")
            self.browser.wait("document.querySelectorAll('.through tbody tr').length", "the overview has its data")
            self.browser.wait("!document.querySelector('.problem:not([hidden])')", "and no problem is said")
            for _ in range(200):
                if self.is_followed():
                    break
                time.sleep(0.1)
            self.assertTrue(self.is_followed(), "by the stream")

    def test_a_page_of_which_the_script_is_held_back(self):
        with self.through(holds_back="/js/status.js") as proxy:
            self.open(proxy, "#/status")
            self.says("The script of this page has not come")

    def test_nothing_is_claimed_without_an_answer(self):
        with self.through(holds_back="/api/v1/overview", says="200 OK") as proxy:
            self.open(proxy)
            self.says("a proxy between has to hand on /api/v1/overview", "Not known.")
            self.browser.wait("document.querySelector('.link.live') && document.querySelector('.through')", "all of it is loaded")
            self.assertEqual(self.browser.text("#now-down"), "–", "what counts is not known")
            said = self.browser.script("return document.getElementById('main').innerText")
            for claim in ("accounted", "No interface", "Through what"):
                self.assertNotIn(claim, said)
        with self.through(holds_back="/api/v1/(series|catalog)", says="200 OK") as proxy:
            self.open(proxy, "#/machine")
            self.says("What answers is not the collector")
            self.assertNotIn("has been measured", self.browser.text("#main"))


class KeepsNothing(FaultCase):
    """A browser that blocks what sites keep."""

    wishes = {"days": 0.05, "web": "  anonymous: never\n"}
    preferences = {"profile.default_content_setting_values.cookies": 2}
    allowed = ("status of 401",)

    def test_it_is_kept_in_memory(self):
        self.browser.open()
        refused = "try { return localStorage.length } catch (problem) { return problem.name }"
        self.assertEqual(self.browser.script(refused), "SecurityError")
        self.browser.wait("document.querySelector('dialog[open]')", "the page asks who it is")
        self.assertNotRegex(self.browser.text("#main"), "accounted|No interface|not known|Not known", "nothing is claimed before")
        token = self.collector.run("token", "add", "page", "--role", "viewer")
        self.browser.script("document.querySelector('dialog input[name=token]').value = arguments[0];"
                            "document.querySelector('dialog button').click()", token)
        self.is_live()
        self.browser.script("document.getElementById('theme').click(); document.getElementById('unit').click()")
        self.assertEqual(self.browser.script("return document.documentElement.dataset.theme"), "dark")
        self.browser.wait("document.getElementById('now-down').textContent.endsWith('B/s')", "rates are in bytes")
        self.browser.script("document.querySelector('nav a[href=\"#/history\"]').click()")
        self.browser.wait(PAGES["history"][1], "the token goes with further questions")


class Silent(FaultCase):
    """A connection that is open, and nothing comes: the collector stands still."""

    allowed = ("WebSocket connection",)

    def test_it_is_said_and_mends_itself(self):
        self.browser.open()
        self.is_live()
        self.collector.process.send_signal(signal.SIGSTOP)
        try:
            said = "document.getElementById('link-text').textContent.match(/^no answer since \\d\\d:\\d\\d:\\d\\d$/)"
            self.browser.wait(said, "the page says since when there is no answer")
            self.browser.script("document.getElementById('unit').click()")  # which draws all of it again
            self.assertEqual([self.browser.text("#now-down"), self.browser.text("#now-up")], ["–", "–"])
            self.assertFalse(self.browser.script("return document.querySelector('.link.live')"))
        finally:
            self.collector.process.send_signal(signal.SIGCONT)
        self.is_live()
        self.browser.wait("document.getElementById('now-down').textContent.endsWith('B/s')", "values come again")
        self.assertTrue(self.is_followed(), "by the stream")


class Nowhere(FaultCase):
    """Addresses that lead to nothing, or to what has not come yet."""

    allowed = ("status of 422",)

    def test_no_such_page(self):
        self.browser.open("#/nonsense")
        self.browser.wait("document.querySelector('#main .problem a')", "it is said")
        self.assertIn("no such page", self.browser.text("#main"))
        self.browser.script("document.querySelector('#main .problem a').click()")
        self.browser.wait("document.querySelector('.through tbody tr')", "its link leads to the overview")
        self.browser.wait("document.title.match(/^Overview · \\S+ · collector$/)", "which is called so")

    def test_no_such_interface(self):
        self.browser.open("#/interface?name=nope")
        said = self.browser.wait("document.querySelector('#main .problem')?.innerText", "it is said")
        self.assertRegex(said, r"^The history has no interface nope\. There is .*wlp3s0")
        self.assertEqual(self.browser.script("return [...document.querySelectorAll('.card')].filter(e => e.offsetParent).length"), 0)
        self.browser.script("[...document.querySelectorAll('#main .problem a')].find(e => e.textContent === 'wlp3s0').click()")
        self.browser.wait("document.querySelector('.facts div') && !document.querySelector('.problem')", "a link leads to one")

    def test_not_yet(self):
        later = int(time.time()) + 7200
        self.browser.open(f"#/?from={later}&to={later + 3600}")
        self.browser.wait("document.querySelector('.sum')?.innerText.includes('not yet')", "it is said")
        self.assertNotIn("measured", self.browser.text(".sum"))

    def test_a_time_has_a_way_out(self):
        now = int(time.time())
        self.browser.open(f"#/?from={now - 1800}&to={now - 600}")
        shown = self.browser.wait("document.querySelector('.whole:not([hidden]) span')?.textContent", "the time is named")
        self.assertRegex(shown, r"^\w{3} \d+ \w{3}, \d\d:\d\d")
        self.browser.script("document.querySelector('.whole button').click()")
        self.browser.wait("location.hash.includes('range=') && document.querySelector('.whole').hidden", "and is left")


class Unsigned(FaultCase):
    """Nobody is let in without being told who it is."""

    wishes = {"days": 0.05, "web": "  anonymous: never\n"}
    allowed = ("status of 401",)

    def test_the_script_is_there(self):
        for place in ("#/", "#/history", "#/status"):
            self.browser.open(place)
            self.browser.wait("document.querySelector('dialog[open]')", "the page asks who it is")
            self.assertNotIn("has not come", self.browser.text("#main"), place)


class AboutAnother(FaultCase):
    """The address says which interface a page is about, also when it is changed by hand, or by going back."""

    wishes = {"days": 12}

    def test_the_page_follows(self):
        self.opened("interface")
        self.assertEqual(self.browser.text("h1 span"), "wlp3s0")
        self.browser.script("location.hash = '#/interface?name=wg0'")
        for name in ("wg0", "wlp3s0"):
            self.browser.wait(f"document.querySelector('h1 span')?.textContent === '{name}'", f"it is about {name}")
            self.browser.wait(PAGES["interface"][1].split(" && ")[0], "with its facts")
            self.assertTrue(self.browser.script("return document.title").startswith(name))
            asked = self.browser.script("return performance.getEntriesByType('resource').at(-1).name")
            self.assertIn(f"interface%3D{name}", asked)
            self.browser.driver.back()


class Elsewhere(FaultCase):
    """A browser in another zone than the collector."""

    def test_days_are_the_collectors(self):
        self.browser.driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": "America/Los_Angeles"})
        with self.through(late=["/api/v1"]) as proxy:  # which tells the zone
            self.open(proxy, "#/history?by=day")
            self.check()

    def check(self):
        self.browser.wait(PAGES["history"][1], "the days are there")
        asked = self.browser.script("return performance.getEntriesByType('resource').filter(e => e.name.includes('/usage'))"
                                    ".map(e => new URL(e.name).searchParams.get('from'))")
        month = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Berlin")).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        self.assertEqual(set(asked), {str(int(month.timestamp()))})


class NoSensors(FaultCase):
    """A machine on which less is measured than the page can show."""

    wishes = {"days": 0}

    def test_what_there_is_not_is_not_asked_for(self):
        def measured():
            with urllib.request.urlopen(self.collector.address + "/api/v1/catalog") as answer:
                return {each["name"] for each in json.load(answer)["measurements"]}

        while "cpu" not in measured():  # ctest sees to it that this ends
            time.sleep(0.2)
        self.assertFalse(measured() & {"temp", "disk"})
        self.browser.open("#/machine?range=1h")
        self.browser.wait("document.querySelectorAll('.panels .panel').length > 1", "what there is is shown")


if __name__ == "__main__":
    page_case.main()
