#!/usr/bin/python3
"""The page in Debian's Chromium, under its real policy, against the built collector: browser.py --build DIRECTORY.

Pictures of each page, light, dark and as on a phone, are left in DIRECTORY/screenshots. Exits with 77 where something
that it needs is not there."""

import argparse
import pathlib
import shutil
import sys
import tempfile
import time
import unittest

import world

try:
    from chromium import DESK, PHONE, Chromium, Keys
except ImportError:
    world.skip("there is no selenium for this python (Debian's python3-selenium)")

OVERVIEW = ("document.querySelectorAll('.through tbody tr').length > 3 && "
            "/ down, /.test(document.querySelector('.plot.tall')?.getAttribute('aria-label'))")
PAGES = {
    "overview": ("#/", OVERVIEW),
    "amount": ("#/?mode=amount&range=30d", OVERVIEW),
    "history": ("#/history?by=day", "document.querySelectorAll('.long tbody tr').length > 3"),
    "cycles": ("#/history?by=cycle", "document.querySelectorAll('.long tbody tr').length > 3"),
    "interface": ("#/interface?name=wlp3s0", "document.querySelectorAll('.facts div').length > 5 && "
                  "document.querySelectorAll('.panels .card').length > 2"),
    "machine": ("#/machine?range=7d", "document.querySelectorAll('.panels .card').length > 8 && "
                "document.querySelector('.filesystems tbody tr')"),
    "status": ("#/status", "document.querySelector('.verdict b') && document.querySelectorAll('.events tbody tr').length > 0"),
}
MARKUP = "<img src=x onerror=alert(1)>"
FIRST_PICTURE = 100  # milliseconds after the HTML

build = pathlib.Path("build")
is_timed = False  # on a machine that does nothing else
collector = None
browser = None


def setUpModule():
    global collector, browser, network, directory
    directory = tempfile.TemporaryDirectory(prefix="collector-page-")
    network = world.Network()
    collector = world.Collector(build, directory.name)
    collector.start()
    browser = Chromium(collector.address)


def tearDownModule():
    browser.close()
    collector.kill()
    network.close()
    directory.cleanup()


def opened(name):
    place, ready = PAGES[name]
    browser.open(place)
    browser.wait(ready, f"the page {name} has its data")


class Page(unittest.TestCase):
    def tearDown(self):
        complaints = browser.complaints()
        if self._testMethodName != "test_8_comes_back_when_the_collector_does":
            self.assertEqual(complaints, [], "the browser complains of nothing")
        browser.size(*DESK)
        browser.theme("light")

    def test_1_first_picture(self):
        took = []
        for _ in range(5):
            opened("overview")
            took.append(browser.script("return performance.getEntriesByName('first picture')[0].startTime - "
                                       "performance.getEntriesByType('navigation')[0].responseEnd"))
        print(f"first picture after the HTML: {', '.join(f'{each:.0f}' for each in took)} ms")
        if is_timed:
            self.assertLessEqual(min(took), FIRST_PICTURE)
        self.assertEqual(browser.script("return performance.getEntriesByType('resource')"
                                        ".filter(e => !e.name.startsWith(location.origin)).length"), 0)

    def test_2_further_modules_come_when_their_page_is_opened(self):
        opened("overview")
        loaded = "return performance.getEntriesByType('resource').some(e => e.name.endsWith('/history.js'))"
        self.assertFalse(browser.script(loaded))
        browser.script("document.querySelector('nav a[href=\"#/history\"]').click()")
        browser.wait(PAGES["history"][1], "the history is shown")
        self.assertTrue(browser.script(loaded))
        self.assertIn("History", browser.script("return document.title"))
        browser.driver.back()
        browser.wait(OVERVIEW, "back leads to the overview")

    def test_3_a_live_value_changes(self):
        opened("overview")
        browser.wait("document.querySelector('.link.live')", "the page is live")
        seen = set()
        end = time.monotonic() + 15
        while len(seen) < 4 and time.monotonic() < end:
            seen.add(browser.text("#now-down"))
            time.sleep(0.2)
        self.assertGreaterEqual(len(seen), 3, seen)
        self.assertTrue(any("bit/s" in value and not value.startswith("0") for value in seen), seen)
        browser.script("document.getElementById('unit').click()")
        browser.wait("document.getElementById('now-down').textContent.endsWith('B/s')", "rates are in bytes")
        browser.script("document.getElementById('unit').click()")

    def test_4_drag_zooms_and_back_leads_back(self):
        opened("overview")
        label = "document.querySelector('.plot.tall').getAttribute('aria-label')"
        before = browser.script("return " + label)
        browser.drag(".plot.tall", 0.4, 0.6)
        browser.wait(f"{label} !== arguments[0]".replace("arguments[0]", repr(before)), "a shorter time is shown")
        place = browser.script("return location.hash")
        self.assertRegex(place, r"from=\d+&to=\d+")
        first, last = (int(part.split("=")[1]) for part in place.split("?")[1].split("&")[:2])
        self.assertLess(abs((last - first) - 7 * 86400 * 0.2 * 1440 / 1368), 7 * 86400 * 0.03)
        browser.driver.back()
        browser.wait(f"{label}.slice(0, 40) === {before[:40]!r}", "back shows all of it again")
        browser.drag(".plot.tall", 0.2, 0.3)
        browser.wait("location.hash.includes('from=')", "a shorter time is shown")
        browser.open(browser.script("return location.hash"))
        browser.wait("document.querySelector('.plot.tall')?.getAttribute('aria-label').includes(' down, ')", "a link shows the same")
        self.assertIn("from=", browser.script("return location.hash"))

    def test_5_keys_alone(self):
        opened("overview")
        browser.script("document.activeElement.blur()")
        focus = "return [document.activeElement.className, document.activeElement.id, document.activeElement.textContent.trim()]"
        reached = []
        for _ in range(40):
            browser.press(Keys.TAB)
            reached.append(browser.script(focus))
            if "tall" in reached[-1][0]:
                break
        self.assertEqual(reached[0][2], "Skip to the numbers")
        self.assertIn("theme", [each[1] for each in reached])
        self.assertIn("tall", reached[-1][0], reached)
        value = "return document.activeElement.getAttribute('aria-valuetext')"
        browser.press(Keys.ARROW_LEFT, Keys.ARROW_LEFT)
        one = browser.script(value)
        browser.press(Keys.PAGE_UP)
        other = browser.script(value)
        self.assertNotEqual(one, other)
        self.assertRegex(other, r"\w{3} \d+ \w{3}, \d\d:\d\d")
        self.assertFalse(browser.script("return document.getElementById('tip').hidden"))
        for _ in range(3):
            browser.press((Keys.SHIFT, Keys.PAGE_UP))
        label = "document.querySelector('.plot.tall').getAttribute('aria-label')"
        before = browser.script("return " + label)
        browser.press(Keys.ENTER)
        browser.wait("location.hash.includes('from=')", "Enter zooms into what is selected")
        browser.wait(f"{label} !== {before!r}", "it is shown")
        browser.press(Keys.ESCAPE)
        browser.wait("location.hash.includes('range=')", "Escape leads back")
        # Choices by arrows: Rate, Amount.
        browser.script("document.querySelector('.traffic [role=radio][aria-checked=true]').focus()")
        browser.press(Keys.ARROW_RIGHT)
        browser.wait("location.hash.includes('mode=amount')", "an arrow chooses")

    def test_7_names_are_texts(self):
        opened("overview")
        self.assertIn(MARKUP, browser.text(".through"))
        browser.open("#/interface?name=" + "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
        browser.wait(PAGES["interface"][1], "its page has its data")
        self.assertEqual(browser.script("return document.querySelector('h1').firstChild.data"), MARKUP)
        self.assertIn(MARKUP, browser.script("return document.title"))
        browser.open("#/history")
        browser.wait("document.querySelectorAll('select option').length > 3", "interfaces can be chosen")
        self.assertEqual(browser.script("return document.querySelectorAll('img, main script').length"), 0)

    def test_8_comes_back_when_the_collector_does(self):
        opened("overview")
        browser.wait("document.querySelector('.link.live')", "the page is live")
        collector.kill()
        browser.wait("document.querySelector('.link.reconnecting')", "the page says that it reconnects")
        collector.start()
        browser.wait("document.querySelector('.link.live')", "the page is live again", 40)
        before = browser.text("#now-down")
        browser.wait(f"document.getElementById('now-down').textContent !== {before!r}", "and values change")

    def test_9_each_page_in_each_theme(self):
        """Everybody can use it (axe-core), a phone scrolls in one direction, and pictures to look at."""
        axe, reason = world.axe(build)
        if axe is None:
            print("page.browser: axe-core was not run: " + reason)
        pictures = build / "screenshots"
        pictures.mkdir(exist_ok=True)
        for name in PAGES:
            for theme in ("light", "dark"):
                browser.size(*DESK)
                browser.theme(theme)
                opened(name)
                if axe is not None:
                    self.assertEqual(violations(axe), "", f"{name}, {theme}")
                browser.picture(pictures / f"{name}-{theme}.png")
            browser.size(*PHONE)
            time.sleep(0.5)  # a picture of another width is asked for after a moment
            wide = browser.script("return [document.documentElement.scrollWidth, document.body.scrollWidth]")
            self.assertLessEqual(max(wide), PHONE[0], name)
            browser.picture(pictures / f"{name}-phone.png")
        self.assertGreater((pictures / "overview-light.png").stat().st_size, 20_000)


class SignIn(unittest.TestCase):
    """A collector that lets nobody in without being told who it is."""

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="collector-page-")
        cls.collector = world.Collector(build, cls.directory.name, year=False, extra="  anonymous: never\n")
        cls.token = cls.collector.run("token", "add", "page", "--role", "viewer")
        cls.collector.run("user", "add", "anna", "--role", "viewer", typed="correct horse battery\n")
        cls.collector.start()
        cls.before = browser.address
        browser.address = cls.collector.address

    @classmethod
    def tearDownClass(cls):
        browser.address = cls.before
        cls.collector.kill()
        cls.directory.cleanup()

    def setUp(self):
        browser.open()
        browser.script("sessionStorage.clear(); localStorage.clear()")
        browser.complaints()

    def tearDown(self):
        # That nobody was known yet, or guessed too often, is said by the browser, and nothing else.
        complaints = [each for each in browser.complaints() if "status of 401" not in each and "status of 429" not in each]
        self.assertEqual(complaints, [])

    def asked(self):
        browser.open()
        browser.wait("document.querySelector('dialog[open]')", "the page asks who it is")
        self.assertEqual(browser.script("return document.querySelectorAll('dialog').length"), 1)

    def let_in(self):
        browser.wait("!document.querySelector('dialog') && !document.getElementById('host').hidden", "the page lets in")
        browser.wait("document.querySelector('.link.live')", "and is live")

    def type(self, **fields):
        for name, text in fields.items():
            browser.script("document.querySelector(`dialog input[name=${arguments[0]}]`).value = arguments[1]", name, text)
        browser.script("document.querySelector('dialog button').click()")

    def test_1_a_token(self):
        self.asked()
        axe, _ = world.axe(build)
        if axe is not None:
            self.assertEqual(violations(axe), "")
        self.type(token="col_nobody_knows_it")
        browser.wait("document.querySelector('dialog .wrong').textContent", "a wrong token is refused")
        self.type(token=self.token)
        self.let_in()
        browser.open()
        self.let_in()
        self.assertIsNone(browser.script("return localStorage.getItem('collector.token')"))
        self.assertEqual(browser.script("return document.cookie"), "")

    def test_2_a_password_and_out_again(self):
        self.asked()
        self.type(username="anna", password="wrong")
        browser.wait("document.querySelector('dialog .wrong').textContent.includes('wrong')", "a wrong password is refused")
        browser.script("document.querySelector('dialog input[name=stay]').click()")
        # Who guessed wrong has to wait a moment.
        for _ in range(12):
            self.type(username="anna", password="correct horse battery")
            time.sleep(1)
            if not browser.script("return document.querySelector('dialog')"):
                break
        self.let_in()
        self.assertIsNotNone(browser.script("return localStorage.getItem('collector.token')"))
        browser.script("document.getElementById('sign-out').click()")
        browser.wait("document.querySelector('dialog[open]')", "who signs out is asked again")

    def test_3_a_code_is_gone_from_the_address(self):
        address = self.collector.run("web", "--print")
        self.assertIn("#code=", address)
        browser.driver.get("about:blank")
        browser.driver.get(address)
        self.let_in()
        self.assertNotIn("code", browser.driver.current_url)
        browser.script("sessionStorage.clear()")
        browser.driver.get("about:blank")
        browser.driver.get(address)
        browser.wait("document.querySelector('dialog[open]')", "a code is for one use")


def violations(axe):
    browser.evaluate("window.axe || (() => {" + axe + "})(); 0")
    return browser.evaluate("axe.run(document).then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => "
                            "n.target + ' ' + n.failureSummary).slice(0, 3).join(' | ')).join('\\n'))")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("--timed", action="store_true", help="the first picture has to come in time")
    known, rest = parser.parse_known_args()
    build = pathlib.Path(known.build).resolve()
    is_timed = known.timed
    for program in ("chromium", "chromedriver", "unshare", "ip"):
        if not shutil.which(program):
            world.skip(f"there is no {program} (Debian's packages chromium, chromium-driver, util-linux, iproute2)")
    world.enter_private_network()
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)
