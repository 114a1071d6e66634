"""A browser on the pages: what every page is held to, and how people move on it."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
NARROWEST = {"width": 320, "height": 640}
# Least height of what is tapped, in CSS pixels.
TAPPED = 44


class Browser:
    """One person's browser. Pages of theirs run no script; what must run one to look at them does so in a copy."""

    def __init__(self, chromium, url, pictures: Path, taken):
        self.url = url
        self.pictures = pictures
        self.taken = taken
        self.context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
        self.page = self.context.new_page()
        self.complaints = []
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        self.page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        self.copy = chromium.new_context(viewport=PHONE, bypass_csp=True).new_page()

    def _on_console(self, message):
        # A page that is answered with 404 says so here too, which is as it should be.
        is_status = message.text.startswith("Failed to load resource") and message.location["url"] == self.page.url
        if message.type in ("error", "warning") and not is_status:
            self.complaints.append(message.text)

    def open(self, path, status=200):
        """Follows a link to a page, which must be answered with this status."""
        answer = self.page.goto(f"{self.url}{path}")
        assert answer.status == status, f"{path}: {answer.status}, not {status}"

    def says(self, *texts):
        """The page's heading or text holds each of these."""
        shown = self.page.locator("body").inner_text()
        for text in texts:
            assert text in shown, f"{text!r} is not on {self.page.url}:\n{shown}"

    def fill(self, **fields):
        for name, value in fields.items():
            self.page.locator(f"details[open] [name={name}], form:not(details form) [name={name}]").first.fill(value)

    def press(self, label):
        """Presses the button of this name and waits for what comes of it."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=label, exact=True).first.click()

    def tab_to(self, text):
        """Moves on with the keyboard alone until what has this text, or is labelled so, is focused and shows it."""
        for _ in range(40):
            self.page.keyboard.press("Tab")
            focused = self.page.locator(":focus")
            if focused.count() == 0:
                continue
            name = focused.evaluate("e => e.labels?.[0]?.innerText ?? e.innerText ?? ''").strip()
            if name.startswith(text):
                outline = focused.evaluate("e => { const s = getComputedStyle(e); return s.outlineStyle + s.outlineWidth }")
                assert outline == "solid3px", f"{text}: the focus is not visible ({outline})"
                return
        raise AssertionError(f"the keyboard does not reach {text!r} on {self.page.url}")

    def enter(self):
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def look(self, name):
        """Holds the page to everything that holds for all, and takes its pictures under this name."""
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            for device, size in (("phone", PHONE), ("desktop", DESKTOP)):
                self.page.set_viewport_size(size)
                self.page.screenshot(path=self.pictures / f"{name}.{device}.{scheme}.png", full_page=True)
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size(PHONE)
        self._hold_to_rules(name)
        self.taken.append(name)
        assert not self.complaints, f"{name}: {self.complaints}"

    def _hold_to_rules(self, name):
        """In a copy of the page, because these look at it by scripts."""
        address = f"{self.url}/copy-of-a-page"
        html = self.page.content()
        self.copy.route(address, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        for scheme in ("light", "dark"):
            self.copy.set_viewport_size(PHONE)
            self.copy.emulate_media(color_scheme=scheme)
            self.copy.goto(address)
            found = Axe().run(self.copy).response
            grave = [entry for entry in found["violations"] if entry["impact"] in ("serious", "critical")]
            assert not grave, f"{name}, {scheme}: {[(e['id'], [n['html'] for n in e['nodes']]) for e in grave]}"
        self.copy.set_viewport_size(NARROWEST)
        width = self.copy.evaluate("document.documentElement.scrollWidth")
        assert width <= NARROWEST["width"], f"{name}: {width} pixels wide on the narrowest screen"
        small = self.copy.evaluate(
            f"""[...document.querySelectorAll("button, a, summary, input:not([type=hidden], [type=checkbox])")]
                .filter(e => e.getBoundingClientRect().height > 0 && e.getBoundingClientRect().height < {TAPPED})
                .filter(e => !e.closest(".notice"))
                .map(e => e.outerHTML)"""
        )
        assert not small, f"{name}: too small to be tapped: {small}"
        facts = self.copy.evaluate(
            """({ h1: document.querySelectorAll("h1").length, main: document.querySelectorAll("main").length,
                  lang: document.documentElement.lang, scripts: document.scripts.length, title: document.title })"""
        )
        assert facts["h1"] == facts["main"] == 1 and facts["lang"] == "en" and facts["scripts"] == 0, f"{name}: {facts}"
        assert " · " in facts["title"], f"{name}: {facts}"

    def close(self):
        self.copy.context.close()
        self.context.close()
