"""A headless Chromium, driven by the WebDriver protocol (https://www.w3.org/TR/webdriver2/) with nothing but the standard library."""

import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request


class BrowserError(Exception):
    pass


def is_available():
    return bool(shutil.which("chromedriver") and shutil.which("chromium"))


class Browser:
    """Use as a context: the browser, its driver and its profile are gone afterwards."""

    def __init__(self, width=1440, height=1000, scale=1):
        self.width, self.height, self.scale = width, height, scale

    def __enter__(self):
        self.profile = tempfile.mkdtemp(prefix="oddport-browser-")
        environment = dict(os.environ, HOME=self.profile, XDG_CONFIG_HOME=self.profile, XDG_CACHE_HOME=self.profile)
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                       text=True, env=environment)
        try:
            self._connect()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _connect(self):
        self.session = ""
        for line in self.driver.stdout:
            if match := re.search(r"started successfully on port (\d+)", line):
                self.base = f"http://127.0.0.1:{match[1]}"
                break
        else:
            raise BrowserError("chromedriver ended without a word")
        arguments = ["--headless=new", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-dev-shm-usage",
                     f"--window-size={self.width},{self.height}", f"--force-device-scale-factor={self.scale}",
                     f"--user-data-dir={self.profile}/chromium"]
        if os.getuid() == 0:
            arguments.append("--no-sandbox")
        made = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"binary": shutil.which("chromium"), "args": arguments},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}}})
        self.session = f"/session/{made['sessionId']}"
        self.command("Emulation.setDeviceMetricsOverride",
                     {"width": self.width, "height": self.height, "deviceScaleFactor": self.scale, "mobile": False})
        self.open("about:blank")

    def __exit__(self, *_):
        try:
            if getattr(self, "session", ""):
                self._ask("DELETE", self.session)
        except (OSError, BrowserError):
            pass
        self.driver.terminate()
        self.driver.wait()
        self.driver.stdout.close()
        shutil.rmtree(self.profile, ignore_errors=True)

    def _ask(self, method, path, body=None):
        data = json.dumps(body if body is not None else {}).encode() if method == "POST" else None
        request = urllib.request.Request(self.base + path, data=data, method=method, headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise BrowserError(json.load(error)["value"]["message"]) from None

    def open(self, path):
        self._ask("POST", self.session + "/url", {"url": path if "://" in path else "file://" + os.path.abspath(path)})

    def run(self, script, *arguments):
        """The value that the script returns; it is the body of a function."""
        return self._ask("POST", self.session + "/execute/sync", {"script": script, "args": list(arguments)})

    def wait(self, script, *arguments):
        """Until the script's value is true, looked at before each frame; an error after ten seconds."""
        found = self._ask("POST", self.session + "/execute/async", {"args": list(arguments), "script": """
            const done = arguments[arguments.length - 1], test = () => { %s };
            const end = performance.now() + 10000;
            const look = () => test() ? done(true) : performance.now() > end ? done(false) : setTimeout(look, 20);
            look();""" % script})
        if not found:
            raise BrowserError(f"never came true: {script}")

    def keys(self, text):
        """Typed into whatever has the focus."""
        self._ask("POST", self.session + "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": [
            {"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]}]})

    def click(self, selector):
        self.run("document.querySelector(arguments[0]).scrollIntoView({block: 'center', behavior: 'instant'})", selector)
        found = self._ask("POST", self.session + "/element", {"using": "css selector", "value": selector})
        self._ask("POST", f"{self.session}/element/{next(iter(found.values()))}/click")

    def command(self, name, parameters):
        """One command of the Chrome DevTools protocol."""
        return self._ask("POST", self.session + "/goog/cdp/execute", {"cmd": name, "params": parameters})

    def console(self):
        """What was written to the console since the last call."""
        return [entry["message"] for entry in self._ask("POST", self.session + "/se/log", {"type": "browser"})]

    def requests(self):
        """The addresses that were asked for since the last call."""
        log = [json.loads(entry["message"])["message"] for entry in self._ask("POST", self.session + "/se/log", {"type": "performance"})]
        return [entry["params"]["request"]["url"] for entry in log if entry["method"] == "Network.requestWillBeSent"]

    def screenshot(self, **parameters):
        return base64.b64decode(self.command("Page.captureScreenshot", parameters)["data"])

    def pdf(self, **parameters):
        return base64.b64decode(self.command("Page.printToPDF", parameters)["data"])

    def emulate(self, media="", scheme="light"):
        self.command("Emulation.setEmulatedMedia", {"media": media, "features": [{"name": "prefers-color-scheme", "value": scheme}]})
