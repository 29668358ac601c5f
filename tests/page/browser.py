#!/usr/bin/python3
"""The page at work, in Debian's Chromium, under its real policy, against the built collector with two months of history:
browser.py --build DIRECTORY. Exits with 77 where something that it needs is not there."""

import pathlib
import re
import time

import page_case
from page_case import OVERVIEW, PAGES, Keys

MARKUP = "<img src=x onerror=alert(1)>"
LABEL = "document.querySelector('.plot.tall').getAttribute('aria-label')"
FIRST_SCREEN = 40_000  # bytes, as they come


class Page(page_case.PageCase):
    wishes = {"days": 60}

    def test_1_comes_small_and_from_here_alone(self):
        self.opened("overview")
        loaded = ("return performance.getEntriesByType('resource').filter(e => new RegExp(arguments[0]).test(e.name))"
                  ".map(e => [e.name, e.encodedBodySize])")
        files = self.browser.script(loaded, "/assets/")
        page = self.browser.script("return performance.getEntriesByType('navigation')[0].encodedBodySize")
        self.assertGreater(len(files), 20)
        self.assertTrue(all(size > 0 for _, size in files), files)
        self.assertLessEqual(page + sum(size for _, size in files), FIRST_SCREEN)
        elsewhere = [name for name, _ in self.browser.script(loaded, ".") if not name.startswith(self.collector.address)]
        self.assertEqual(elsewhere, [])
        further = "return performance.getEntriesByType('resource').some(e => e.name.endsWith('/history.js'))"
        self.assertFalse(self.browser.script(further))
        self.browser.script("document.querySelector('nav a[href=\"#/history\"]').click()")
        self.browser.wait(PAGES["history"][1], "the history is shown")
        self.assertTrue(self.browser.script(further))
        self.assertIn("History", self.browser.script("return document.title"))
        self.browser.driver.back()
        self.browser.wait(OVERVIEW, "back leads to the overview")

    def test_2_a_live_value_changes(self):
        self.opened("overview")
        self.is_live()
        seen = []
        for _ in range(3):
            seen.append(self.browser.text("#now-down"))
            self.browser.wait(f"document.getElementById('now-down').textContent !== {seen[-1]!r}", "the value changes")
        self.assertTrue(all(re.fullmatch(r"[\d.]+[kM]?bit/s", value) for value in seen), seen)
        for unit in ("B/s", "iB/s", "bit/s"):
            self.browser.script("document.getElementById('unit').click()")
            self.browser.wait(f"document.getElementById('now-down').textContent.endsWith('{unit}')", f"rates are in {unit}")

    def test_3_drag_zooms_and_back_leads_back(self):
        self.opened("overview")
        before = self.browser.script("return " + LABEL)
        self.browser.drag(".plot.tall", 0.4, 0.6)
        self.browser.wait(f"{LABEL} !== {before!r}", "a shorter time is shown")
        place = self.browser.script("return location.hash")
        self.assertRegex(place, r"from=\d+&to=\d+")
        first, last = (int(part.split("=")[1]) for part in place.split("?")[1].split("&")[:2])
        self.assertLess(abs((last - first) - 7 * 86400 * 0.2 * 1440 / 1368), 7 * 86400 * 0.03)
        self.browser.driver.back()
        self.browser.wait(f"{LABEL}.slice(0, 40) === {before[:40]!r}", "back shows all of it again")
        self.browser.driver.forward()
        self.browser.wait(f"{LABEL} !== {before!r}", "and forward the shorter time")
        shown = self.browser.script("return " + LABEL)
        self.browser.open(place)
        self.browser.wait(OVERVIEW, "a link shows it")
        self.assertEqual(self.browser.script("return " + LABEL), shown, "the same")

    def test_4_what_is_chosen_stands_in_the_address(self):
        self.opened("history")
        self.browser.script("document.querySelector('[data-key=month]').click()")
        self.browser.wait("location.hash.includes('by=month') && document.querySelector('.long td')", "months are shown")
        self.browser.script("document.querySelector('button[aria-label=Older]').click()")
        self.browser.wait("location.hash.includes('at=')", "of the year before")
        title = self.browser.text(".stepper p")
        self.browser.script("location.reload()")
        self.browser.wait(f"document.querySelector('.stepper p')?.textContent === {title!r}", "also when it is loaded again")
        self.browser.driver.back()
        self.browser.wait(f"document.querySelector('.stepper p')?.textContent !== {title!r}", "back is the year after")
        self.opened("machine")
        self.assertEqual(self.browser.script("return document.querySelector('[aria-checked=true]').dataset.key"), "7d")

    def test_5_keys_alone(self):
        self.opened("overview")
        self.browser.script("document.activeElement.blur()")
        focus = ("const e = document.activeElement; const b = e.getBoundingClientRect(); const s = getComputedStyle(e);"
                 "return [e.className, e.id, e.textContent.trim(), b.top + scrollY, b.left, s.outlineStyle, e.closest('section, header')?.className]")
        reached = []
        for _ in range(40):
            self.browser.press(Keys.TAB)
            reached.append(self.browser.script(focus))
            if "strip" in reached[-1][0]:
                break
        self.assertEqual(reached[0][2], "Skip to the numbers")
        self.assertIn("theme", [each[1] for each in reached])
        self.assertIn("tall", [each[0].split()[-1] for each in reached if each[0]])
        self.assertNotIn("none", [each[5] for each in reached], "focus can be seen wherever it is")
        places = [each[6] for each in reached[1:]]
        self.assertEqual(places, sorted(places, key=places.index), "from the bar to the chart, card by card")
        self.browser.script("document.querySelector('.plot.tall').focus()")
        value = "return document.activeElement.getAttribute('aria-valuetext')"
        self.browser.press(Keys.ARROW_LEFT, Keys.ARROW_LEFT)
        one = self.browser.script(value)
        self.browser.press(Keys.PAGE_UP)
        other = self.browser.script(value)
        self.assertNotEqual(one, other)
        self.assertRegex(other, r"\w{3} \d+ \w{3}, \d\d:\d\d")
        self.assertFalse(self.browser.script("return document.getElementById('tip').hidden"))
        for _ in range(3):
            self.browser.press((Keys.SHIFT, Keys.PAGE_UP))
        before = self.browser.script("return " + LABEL)
        self.browser.press(Keys.ENTER)
        self.browser.wait("location.hash.includes('from=')", "Enter zooms into what is selected")
        self.browser.wait(f"{LABEL} !== {before!r}", "it is shown")
        self.browser.press(Keys.ESCAPE)
        self.browser.wait("location.hash.includes('range=')", "Escape leads back")
        # Choices by arrows: Rate, Amount.
        self.browser.script("document.querySelector('.traffic [role=radio][aria-checked=true]').focus()")
        self.browser.press(Keys.ARROW_RIGHT)
        self.browser.wait("location.hash.includes('mode=amount')", "an arrow chooses")

    def test_6_a_screen_reader_is_told_and_not_talked_at(self):
        self.opened("overview")
        self.assertRegex(self.browser.script("return " + LABEL), r"Traffic from .* to .*: [\d.]+ GB down, [\d.]+ GB up")
        table = "return document.querySelector('.sum a').getAttribute('href')"
        self.assertRegex(self.browser.script(table), r"#/history\?by=day&at=\d+")
        self.assertEqual(self.browser.script("return [...document.querySelectorAll('canvas')].filter(e => !e.closest('[aria-label]')).length"), 0)
        self.assertEqual(self.browser.script("return [...document.querySelectorAll('svg')].filter(e => "
                                             "!e.closest('[aria-hidden=true]') && !e.closest('[aria-label]')).length"), 0)
        # What speaks by itself stays as it is while numbers come in and the pointer moves.
        self.is_live()
        self.browser.script("window.said = []; new MutationObserver(changes => changes.forEach(each => {"
                            "const at = each.target.nodeType === 1 ? each.target : each.target.parentElement;"
                            "const speaks = at?.closest('[role=status], [role=alert], [aria-live], output');"
                            "if (speaks) said.push(speaks.className + ' ' + speaks.textContent); }))"
                            ".observe(document.body, {subtree: true, childList: true, characterData: true})")
        before = self.browser.text("#now-down")
        self.browser.drag(".plot.tall", 0.5, 0.502)
        self.browser.wait(f"document.getElementById('now-down').textContent !== {before!r}", "the value changes")
        self.assertEqual(self.browser.script("return said"), [])

    def test_7_names_are_texts(self):
        self.opened("overview")
        self.assertIn(MARKUP, self.browser.text(".through"))
        self.browser.open("#/interface?name=" + "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
        self.browser.wait(PAGES["interface"][1], "its page has its data")
        self.assertEqual(self.browser.text("h1 span"), MARKUP)
        self.assertIn(MARKUP, self.browser.script("return document.title"))
        self.browser.open("#/history")
        self.browser.wait("document.querySelectorAll('select option').length > 3", "interfaces can be chosen")
        self.assertEqual(self.browser.script("return document.querySelectorAll('img, main script').length"), 0)

    def test_8_nothing_is_followed_while_it_is_not_seen(self):
        self.opened("overview")
        self.is_live()
        self.assertTrue(self.is_followed())
        page = self.browser.driver.current_window_handle
        self.browser.driver.switch_to.new_window("tab")
        self.wait_until(lambda: not self.is_followed(), "the collector has nobody to tell")
        self.browser.driver.close()
        self.browser.driver.switch_to.window(page)
        self.is_live()
        self.assertTrue(self.is_followed())

    def test_9_moves_for_those_who_like_it(self):
        self.opened("overview")
        takes = "return getComputedStyle(document.querySelector('nav a')).transitionDuration.split(',').map(parseFloat)"
        self.assertEqual(self.browser.script(takes), [0])  # as theme() asks for
        self.browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
        self.assertGreater(self.browser.script(takes)[0], 0)

    def is_followed(self):
        """Whether the collector's thread for those who watch is there."""
        threads = pathlib.Path(f"/proc/{self.collector.process.pid}/task").glob("*/comm")
        return any(each.read_text().startswith("web live") for each in threads)

    def wait_until(self, condition, what):
        end = time.monotonic() + 20
        while not condition():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.05)


class Reconnects(page_case.PageCase):
    """While the collector is gone the browser says that it can't be reached."""

    wishes = {"days": 0.04}
    allowed = ("ERR_CONNECTION_REFUSED", "WebSocket connection")

    def test_comes_back_when_the_collector_does(self):
        self.browser.open()
        self.is_live()
        self.collector.kill()
        self.browser.wait("document.querySelector('.link.reconnecting')", "the page says that it reconnects")
        self.collector.start()
        self.is_live()
        before = self.browser.text("#now-down")
        self.browser.wait(f"document.getElementById('now-down').textContent !== {before!r}", "and values change")


if __name__ == "__main__":
    page_case.main()
