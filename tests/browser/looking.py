"""Somebody who opens pages, looks at each as a person would, and says what is wrong with it."""

from pathlib import Path

SCREENSHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"
DESKTOP, PHONE = {"width": 1366, "height": 860}, {"width": 390, "height": 844}

LOOK = (Path(__file__).parent / "look.js").read_text()
CONTRAST = (Path(__file__).parent / "contrast.js").read_text()
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Visitor:
    """A browser's window of one's own: cookies, language, and what went wrong in it."""

    def __init__(self, browser, site, language, cookies=None):
        self.site, self.language = site, language
        self.window = browser.new_context(
            viewport=DESKTOP,
            locale={"ko": "ko-KR", "en": "en-US"}[language],
            color_scheme="light",
            storage_state=cookies,
        )
        self.page = self.window.new_page()
        self.wrong = []
        self.page.on("console", lambda told: told.type == "error" and self.wrong.append(f"console: {told.text}"))
        self.page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        self.page.on("requestfailed", lambda request: self._failed(request))
        self.page.on(
            "response", lambda answer: answer.status >= 400 and self.wrong.append(f"{answer.status} {answer.url}")
        )
        self.page.on("request", lambda request: self._asked(request.url))

    def _failed(self, request):
        # Leaving a page ends what it was still asking for.
        if "ERR_ABORTED" not in (request.failure or ""):
            self.wrong.append(f"failed: {request.url} {request.failure}")

    def _asked(self, url):
        if not url.startswith((self.site, "data:", "blob:")):
            self.wrong.append(f"somebody else's: {url}")

    def sign_in(self, name, password):
        """By the form, as people do."""
        self.page.goto(f"{self.site}/admin/login/")
        self.page.fill("input[name=username]", name)
        self.page.fill("input[name=password]", password)
        self.page.click("#login-form button[type=submit]")
        self.page.wait_for_url("**/admin/")

    def look(self, address, name=""):
        """Opens the page; what is wrong with it. name: of the pictures to keep, at both widths and in both modes.

        Without a name it is looked at where most goes wrong: on a phone, in the dark.
        """
        self.wrong.clear()
        self._size(DESKTOP if name else PHONE)
        self.page.goto(self.site + address, wait_until="load")
        found = [] if "XLCfi" in self.page.title() else [f"title: {self.page.title()}"]
        if name:
            found += self.page.evaluate(CONTRAST)
            self.keep(f"{name}-desktop-light-{self.language}")
            self._size(PHONE)
        # As the switch in the menu does.
        self.page.evaluate("document.documentElement.className = 'dark'")
        over = self.page.evaluate(OVERFLOW)
        if over > 0:
            found.append(f"{over} pixels too wide for a phone")
        found += [*self.page.evaluate(LOOK), *(f"dark: {one}" for one in self.page.evaluate(CONTRAST))]
        if name:
            self.keep(f"{name}-phone-dark-{self.language}")
        return [f"{address}: {one}" for one in [*found, *self.wrong]]

    def _size(self, wanted):
        if self.page.viewport_size != wanted:
            self.page.set_viewport_size(wanted)

    def keep(self, name):
        """A picture in var/screenshots: of the whole page, of a long list its beginning.

        JPEG: a long page as PNG takes longer to write than to open.
        """
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(
            path=SCREENSHOTS / f"{name}.jpg", type="jpeg", quality=80, full_page="-list" not in name, animations="allow"
        )

    def leave(self):
        self.window.close()
