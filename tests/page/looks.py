#!/usr/bin/python3
"""Each page as it looks, light, dark and on a phone: looks.py --build DIRECTORY. The pictures are left in
DIRECTORY/screenshots, to be looked at; a phone scrolls in one direction. Exits with 77 where something that it needs is not
there."""

import page_case
from page_case import DESK, PAGES, PHONE

TABLET = (1024, 900)


class Looks(page_case.PageCase):
    wishes = {"days": 100}

    def test_each_page_in_each_theme(self):
        for name in PAGES:
            self.opened(name)
            for theme in ("light", "dark"):
                self.browser.theme(theme)
                self.browser.picture(page_case.pictures() / f"{name}-{theme}.png")
                self.browser.size(*DESK)
            for size, kind in ((TABLET, "tablet"), (PHONE, "phone")):
                self.browser.size(*size)
                self.browser.picture(page_case.pictures() / f"{name}-{kind}.png")
                wide = self.browser.script("return Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)")
                self.assertLessEqual(wide, size[0], f"{name}, {kind}")
                outside = self.browser.script(
                    "return [...document.querySelectorAll('.card *')].filter(e => !e.closest('svg, .scrolls, .unseen, .sum') && "
                    "e.offsetParent && e.getBoundingClientRect().right > e.closest('.card').getBoundingClientRect().right + 1)"
                    ".map(e => e.outerHTML.slice(0, 120))")
                self.assertEqual(outside, [], f"{name}, {kind}: nothing sticks out of its card")
            self.browser.size(*DESK)
            self.browser.theme("light")
        self.assertGreater((page_case.pictures() / "overview-light.png").stat().st_size, 20_000)


if __name__ == "__main__":
    page_case.main()
