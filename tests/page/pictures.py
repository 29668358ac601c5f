#!/usr/bin/python3
"""The pictures of the page that README.md and examples/ show: pictures.py --build DIRECTORY, from scripts/pictures."""

import pathlib
import time

import page_case

HERE = pathlib.Path(__file__).resolve().parents[2] / "examples/laptop"
SIZE = (1280, 964)
PICTURES = {
    "light": ("overview", "light", SIZE),
    "dark": ("overview", "dark", SIZE),
    "amount": ("amount", "light", (1280, 720)),
    "history": ("history", "light", (1280, 720)),
    "machine": ("machine", "dark", (1280, 960)),
    "phone": ("overview", "dark", (390, 844)),
}


def take(name, page, theme, size):
    browser.size(*size)
    browser.theme(theme)
    place, ready = page_case.PAGES[page]
    browser.open(place)
    browser.wait(ready, f"the page {page} has its data", 60)
    browser.settled()
    time.sleep(1.5)  # and the present moves in it
    browser.driver.save_screenshot(str(HERE / f"page-{name}.png"))


if __name__ == "__main__":
    page_case.begin()
    world = page_case.World(days=365, markup=False)
    browser = world.browser
    try:
        time.sleep(125)  # the last two minutes are there
        for name, wished in PICTURES.items():
            take(name, *wished)
    finally:
        world.close()
