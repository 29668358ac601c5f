"""What the page's tests in Chromium have in common: the command line, a world with a browser in it, and that the browser
has had nothing to complain of."""

import argparse
import contextlib
import pathlib
import shutil
import sys
import tempfile
import unittest

import world

try:
    from chromium import DESK, PHONE, Chromium, Keys
except ImportError:
    world.skip("there is no selenium for this python (Debian's python3-selenium)")

OVERVIEW = ("document.querySelectorAll('.through tbody tr').length > 3 && "
            "/ down, /.test(document.querySelector('.plot.tall')?.getAttribute('aria-label'))")
# Where each page is, and when it has its data.
PAGES = {
    "overview": ("#/", OVERVIEW),
    "amount": ("#/?mode=amount&range=30d", OVERVIEW),
    "history": ("#/history?by=day", "document.querySelectorAll('.long tbody tr').length > 0"),
    "cycles": ("#/history?by=cycle", "document.querySelector('.long tbody tr')"),
    "interface": ("#/interface?name=wlp3s0", "document.querySelectorAll('.facts div').length > 5 && "
                  "document.querySelectorAll('.panels .card').length > 2"),
    "machine": ("#/machine?range=7d", "document.querySelectorAll('.panels .card').length > 8 && "
                "document.querySelector('.filesystems tbody tr')"),
    "status": ("#/status", "document.querySelector('.verdict b') && document.querySelectorAll('.events tbody tr').length > 0"),
}

options = argparse.Namespace()


class World:
    """A collector over `days` of history, a browser that looks at it, and traffic between."""

    def __init__(self, preferences=None, **wishes):
        self.open = contextlib.ExitStack()
        try:
            directory = self.open.enter_context(tempfile.TemporaryDirectory(prefix="collector-page-"))
            self.open.callback(world.Network().close)
            self.collector = world.Collector(options.build, directory, **wishes)
            self.open.callback(self.collector.kill)
            self.collector.start()
            self.browser = Chromium(self.collector.address, preferences)
            self.open.callback(self.browser.close)
        except BaseException:
            self.close()
            raise

    def close(self):
        self.open.close()


class PageCase(unittest.TestCase):
    """One world for all tests of a class; at the end of each the browser has complained of nothing."""

    wishes = {}
    preferences = {}  # of the browser
    allowed = ()  # parts of complaints that belong to what is tested

    @classmethod
    def setUpClass(cls):
        cls.world = World(preferences=cls.preferences, **cls.wishes)
        cls.browser, cls.collector = cls.world.browser, cls.world.collector

    @classmethod
    def tearDownClass(cls):
        cls.world.close()

    def tearDown(self):
        complaints = [each for each in self.browser.complaints() if not any(part in each for part in self.allowed)]
        self.assertEqual(complaints, [], "the browser complains of nothing")
        self.browser.size(*DESK)
        self.browser.theme("light")

    def opened(self, name):
        place, ready = PAGES[name]
        self.browser.open(place)
        self.browser.wait(ready, f"the page {name} has its data")

    def is_live(self):
        self.browser.wait("document.querySelector('.link.live')", "the page is live", 40)


def violations(browser, axe):
    """What axe-core has against what is shown, in words; nothing: it is satisfied."""
    browser.evaluate("window.axe || (() => {" + axe + "})(); 0")
    return browser.evaluate("axe.run(document).then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => "
                            "n.target + ' ' + n.failureSummary).slice(0, 3).join(' | ')).join('\\n'))")


def read_arguments(**flags):
    """The command line, with these flags of its own ({name: help}); gives what is left of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True, type=lambda path: pathlib.Path(path).resolve())
    for name, words in flags.items():
        parser.add_argument("--" + name, action="store_true", help=words)
    return parser.parse_known_args(namespace=options)[1]


def begin(**flags):
    rest = read_arguments(**flags)
    for program in ("chromium", "chromedriver", "unshare", "ip"):
        if not shutil.which(program):
            world.skip(f"there is no {program} (Debian's packages chromium, chromium-driver, util-linux, iproute2)")
    world.enter_private_network()
    return rest


def pictures():
    """Where pictures are left."""
    directory = options.build / "screenshots"
    directory.mkdir(exist_ok=True)
    return directory


def run(arguments):
    unittest.main(module="__main__", argv=[sys.argv[0], *arguments], verbosity=2)


def main():
    run(begin())


__all__ = ["DESK", "Keys", "OVERVIEW", "PAGES", "PHONE", "PageCase", "World", "begin", "main", "options", "pictures",
           "read_arguments", "run", "violations"]
