"""Chromium as the page's tests drive it."""

import json
import time

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.keys import Keys

PHONE = (390, 844)
DESK = (1440, 1040)


class Chromium:
    def __init__(self, address, preferences=None):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage",
                         "--disable-background-networking", "--disable-component-update", "--no-first-run"]:
            options.add_argument(argument)
        options.add_experimental_option("prefs", preferences or {})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.address = address
        self.size(*DESK)
        self.theme("light")

    def close(self):
        self.driver.quit()

    def size(self, width, height):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def theme(self, name):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                                    {"features": [{"name": "prefers-color-scheme", "value": name},
                                                  {"name": "prefers-reduced-motion", "value": "reduce"}]})

    def open(self, place="#/"):
        self.driver.get("about:blank")
        self.driver.get(self.address + "/" + place)

    def script(self, text, *given):
        return self.driver.execute_script(text, *given)

    def evaluate(self, expression):
        """Outside of the page's policy, as the inspector does; waits for promises."""
        answer = self.driver.execute_cdp_cmd("Runtime.evaluate", {"expression": expression, "awaitPromise": True,
                                                                  "returnByValue": True})
        if "exceptionDetails" in answer:
            raise AssertionError(json.dumps(answer["exceptionDetails"])[:500])
        return answer["result"].get("value")

    def text(self, selector):
        return self.script("return document.querySelector(arguments[0])?.textContent ?? ''", selector)

    def wait(self, condition, what, seconds=15):
        """Until a JavaScript expression holds; its value."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = self.script("return " + condition)
            if value:
                return value
            time.sleep(0.05)
        raise AssertionError(f"{what} within {seconds} s; the page says: {self.script('return document.body.innerText')[:600]}")

    def settled(self):
        """What follows a change of size is drawn: also what is asked for a moment later, when the width is another one."""
        self.evaluate("new Promise(done => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 220))")

    def press(self, *keys):
        actions = webdriver.ActionChains(self.driver, duration=0)
        for key in keys:
            if isinstance(key, tuple):
                actions.key_down(key[0]).send_keys(key[1]).key_up(key[0])
            else:
                actions.send_keys(key)
        actions.perform()

    def drag(self, selector, left, right):
        """From one part of an element's width to another."""
        box = self.script("const b = document.querySelector(arguments[0]).getBoundingClientRect();"
                          "return [b.left, b.top, b.width, b.height]", selector)
        y = box[1] + box[3] / 2
        for kind, share in [("mouseMoved", left), ("mousePressed", left), ("mouseMoved", (left + right) / 2),
                            ("mouseMoved", right), ("mouseReleased", right)]:
            self.driver.execute_cdp_cmd("Input.dispatchMouseEvent",
                                        {"type": kind, "x": box[0] + box[2] * share, "y": y, "button": "left",
                                         "buttons": 0 if kind == "mouseReleased" else 1, "clickCount": 1})

    def complaints(self):
        """All that the browser has had to say since it was last asked."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def picture(self, file):
        """All of the page, down to its end."""
        height = self.script("return Math.min(3000, document.documentElement.scrollHeight)")
        width = self.script("return innerWidth")
        self.size(width, max(height, 400))
        self.settled()
        self.driver.save_screenshot(str(file))


__all__ = ["Chromium", "Keys", "PHONE", "DESK"]
