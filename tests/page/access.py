#!/usr/bin/python3
"""Who is let into the page, and as what: a collector that lets nobody in without being told who it is.
access.py --build DIRECTORY. Exits with 77 where something that it needs is not there."""

import page_case


class Access(page_case.PageCase):
    wishes = {"days": 0.04, "web": "  anonymous: never\n"}
    # That nobody was known yet, or guessed too often, or that the collector was gone, is said by the browser.
    allowed = ("status of 401", "status of 429", "ERR_CONNECTION_REFUSED", "WebSocket connection")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.token = cls.collector.run("token", "add", "page", "--role", "viewer")
        cls.collector.run("user", "add", "anna", "--role", "viewer", typed="correct horse battery\n")

    def setUp(self):
        self.browser.open()
        self.browser.script("sessionStorage.clear(); localStorage.clear()")
        self.browser.open()

    def asked(self):
        self.browser.wait("document.querySelector('dialog[open]')", "the page asks who it is")
        self.assertEqual(self.browser.script("return document.querySelectorAll('dialog').length"), 1)

    def let_in(self):
        self.browser.wait("!document.querySelector('dialog') && !document.getElementById('host').hidden", "the page lets in")
        self.is_live()

    def type(self, **fields):
        for name, text in fields.items():
            self.browser.script("document.querySelector(`dialog input[name=${arguments[0]}]`).value = arguments[1]", name, text)
        self.browser.script("document.querySelector('dialog button').click()")

    def test_1_a_token(self):
        self.asked()
        self.assertEqual(self.browser.text(".today .big") + self.browser.text("#now-down"), "", "nothing is shown before")
        self.type(token="col_nobody_knows_it")
        self.browser.wait("document.querySelector('dialog .wrong').textContent", "a wrong token is refused")
        self.type(token=self.token)
        self.let_in()
        self.browser.open()
        self.let_in()
        self.assertIsNone(self.browser.script("return localStorage.getItem('collector.token')"))
        self.assertEqual(self.browser.script("return document.cookie"), "")
        self.assertIn("page, viewer", self.browser.script("return document.getElementById('sign-out').title"))

    def test_2_a_password_and_out_again(self):
        self.asked()
        self.type(username="anna", password="wrong")
        self.browser.wait("document.querySelector('dialog .wrong').textContent", "a wrong password is refused")
        self.browser.script("document.querySelector('dialog input[name=stay]').click()")
        # Who guessed wrong has to wait a moment, and is told so.
        for _ in range(20):
            self.browser.wait("!document.querySelector('dialog button').disabled", "the answer is there")
            self.type(username="anna", password="correct horse battery")
            self.browser.wait("!document.querySelector('dialog') || document.querySelector('dialog .wrong').textContent", "an answer")
            if not self.browser.script("return document.querySelector('dialog')"):
                break
        self.let_in()
        self.assertIsNotNone(self.browser.script("return localStorage.getItem('collector.token')"))
        self.browser.script("document.getElementById('sign-out').click()")
        self.asked()
        self.assertIsNone(self.browser.script("return localStorage.getItem('collector.token')"))

    def test_3_a_code_is_gone_from_the_address(self):
        address = self.collector.run("web", "--print")
        self.assertIn("#code=", address)
        self.browser.driver.get("about:blank")
        self.browser.driver.get(address)
        self.let_in()
        self.assertNotIn("code", self.browser.driver.current_url)
        self.browser.script("sessionStorage.clear()")
        self.browser.driver.get("about:blank")
        self.browser.driver.get(address)
        self.asked()

    def test_4_stays_signed_in_when_the_collector_is_started_again(self):
        self.asked()
        self.type(token=self.token)
        self.let_in()
        self.collector.kill()
        self.browser.wait("document.querySelector('.link.reconnecting')", "the page says that it reconnects")
        self.collector.start()
        self.is_live()
        self.assertFalse(self.browser.script("return Boolean(document.querySelector('dialog'))"))

    def test_5_whose_token_was_removed_is_asked_again(self):
        token = self.collector.run("token", "add", "lost", "--role", "viewer")
        self.asked()
        self.type(token=token)
        self.let_in()
        self.collector.run("token", "remove", "lost")
        self.asked()


if __name__ == "__main__":
    page_case.main()
