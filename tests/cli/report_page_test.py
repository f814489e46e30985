#!/usr/bin/env python3
"""Opens reports of the program in a real Chromium and uses them as a reader would.

usage: report_page_test.py PROGRAM SOURCE_FOLDER
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import unittest

program, source = sys.argv[1:3]
sys.path.insert(0, os.path.join(source, "tools"))
from browser import Browser  # noqa: E402

odd_first = ["unknown", "unofficial", "legacy", "expected"]
many = 5000
# Generous: the machine of a test may be busy, and the program is built with sanitizers. docs/reporting.md tells the figure.
most_seconds = 10.0


def record(index, **changes):
    """One line of NDJSON of an endpoint that does not exist."""
    protocol, label = [("ssh", "unofficial"), ("rlogin", "legacy"), ("ipp", "expected"), (None, "unknown")][index % 4]
    port, ip = 500 + index * 7 % 524, f"198.18.{index // 250}.{index % 250 + 1}"
    made = {"schema": "oddport/1", "time": f"2026-01-31T12:{index % 60:02}:00.000000Z", "last": f"2026-01-31T12:{index % 60:02}:30.000000Z",
            "source": "capture", "file": "made-up.pcap", "transport": "tcp", "server": {"ip": ip, "port": port},
            "client": {"ip": "198.19.0.1", "port": 50000}, "role": "service", "label": label, "protocol": protocol,
            "certainty": "confirmed" if protocol else "none", "era": "current" if protocol else None,
            "reason": f"{protocol or 'Nothing that is known'} number {index} of those that a test made up, on {port}/tcp.",
            "evidence": [f'server: "banner-{index}"', "client: 16 03 01 02 00 01"], "assignment": {"service": None, "status": "unassigned"},
            "packets": {"client": 4, "server": 3}, "bytes": {"client": 100 + index, "server": 10 * index}, "community_id": None}
    made.update(changes)
    return json.dumps(made)


class ReportPage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="oddport-report-")
        cls.browser = Browser().__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()
        cls.folder.cleanup()

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def make(self, name, inputs):
        subprocess.run([program, "report", "-q", "-o", self.path(name), *inputs], check=True)
        return self.path(name)

    def make_of_lines(self, name, lines):
        with open(self.path(name + ".ndjson"), "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
        return self.make(name, [self.path(name + ".ndjson")])

    def open(self, path):
        self.browser.requests()
        self.browser.console()
        self.browser.open(path)
        self.browser.wait("return document.documentElement.dataset.ready === 'true'")

    def expect_quiet(self, path):
        self.assertEqual(self.browser.console(), [])
        asked = [address for address in self.browser.requests() if not address.startswith("data:")]
        self.assertEqual({address.split("#")[0] for address in asked}, {"file://" + path})

    def rows(self):
        return self.browser.run("return [...document.querySelectorAll('.row')].map((row) => row.dataset.id)")

    def count(self):
        return self.browser.run("return document.getElementById('count').textContent")

    def test_the_map_has_every_port_with_its_label(self):
        recordings = os.path.join(source, "pcaps")
        path = self.make("recordings.html", [recordings])
        self.open(path)
        cells = self.browser.run("return [...document.querySelectorAll('#cells .cell')].map((cell) => [Number(cell.dataset.port), cell.dataset.label])")
        self.assertEqual([port for port, _ in cells], list(range(500, 1024)))
        lines = subprocess.run([program, "read", "-q", "--format", "ndjson", recordings], check=True, capture_output=True, text=True).stdout
        oddest = {}
        for each in map(json.loads, lines.splitlines()):
            port = each["server" if each["role"] == "service" else "client"]["port"]
            if port not in oddest or odd_first.index(each["label"]) < odd_first.index(oddest[port]):
                oddest[port] = each["label"]
        self.assertGreater(len(oddest), 100)
        told = {port: label for port, label in cells if label not in ("", "silent")}
        self.assertEqual(told, {port: label for port, label in oddest.items() if 500 <= port <= 1023})
        self.expect_quiet(path)

    def test_a_cell_tells_its_story_and_chooses_its_findings(self):
        path = self.make("one.html", [os.path.join(source, "pcaps", name) for name in ("531-tcp-ssh-openssh.pcap", "513-tcp-login-rsh-redone.pcap")])
        self.open(path)
        self.assertEqual(len(self.rows()), 2)
        self.browser.click(".cell[data-port='531']")
        self.assertEqual(len(self.rows()), 1)
        story = self.browser.run("return document.getElementById('story').textContent")
        self.assertIn("conference", story)
        self.assertIn("ghost", story)
        self.browser.click(".row")
        detail = self.browser.run("return document.getElementById('detail').textContent")
        self.assertIn("SSH-2.0-OpenSSH", detail)
        self.assertIn("53 53 48 2d 32 2e 30 2d", detail)
        self.expect_quiet(path)

    def test_filters_search_keys_and_links(self):
        path = self.make_of_lines("filters.html", [record(index) for index in range(40)])
        self.open(path)
        self.assertEqual(self.count(), "40 findings")
        self.browser.click(".tile[data-label=legacy]")
        self.assertEqual(self.count(), "10 of 40 findings")
        self.browser.click(".tile[data-label=unknown]")
        self.assertEqual(self.count(), "20 of 40 findings")
        self.browser.keys("x")
        self.assertEqual(self.count(), "40 findings")
        self.browser.keys("/")
        self.browser.keys("banner-7\uE007")
        self.browser.wait("return document.getElementById('count').textContent === '1 of 40 findings'")
        self.assertEqual(self.rows(), ["198.18.0.8-549-tcp"])
        self.browser.keys("\uE00C")
        self.browser.wait("return document.getElementById('count').textContent === '40 findings'")
        first, second = self.rows()[:2]
        self.browser.click(".row")
        self.browser.keys("j")
        self.assertEqual(self.browser.run("return location.hash"), f"#finding-{second}")
        self.browser.keys("k")
        self.assertEqual(self.browser.run("return location.hash"), f"#finding-{first}")
        self.browser.keys("m\uE014\uE015\uE007")  # to the map, right, down, Enter
        self.assertEqual(self.browser.run("return document.activeElement.dataset.port"), "526")
        self.assertEqual(self.browser.run("return document.querySelector('.cell.chosen').dataset.port"), "526")
        self.expect_quiet(path)
        self.browser.open("about:blank")
        self.browser.open("file://" + path + "#finding-198.18.0.8-549-tcp")
        self.browser.wait("return document.documentElement.dataset.ready === 'true'")
        self.assertIn("number 7 of", self.browser.run("return document.getElementById('detail').textContent"))
        self.assertEqual(self.browser.run("return document.querySelector('.row.selected').dataset.id"), "198.18.0.8-549-tcp")

    def test_scores_beacons_and_changes_are_told(self):
        flows = [record(1, time=f"2026-01-31T12:{minute:02}:00.000000Z", last=f"2026-01-31T12:{minute:02}:01.000000Z") for minute in range(40)]
        with open(self.path("before.ndjson"), "w", encoding="utf-8") as out:
            out.write(record(1, protocol="http", label="unofficial") + "\n" + record(2) + "\n")
        with open(self.path("now.ndjson"), "w", encoding="utf-8") as out:
            out.write("\n".join(flows + [record(3)]) + "\n")
        path = self.make("changes.html", [self.path("now.ndjson"), "--baseline", self.path("before.ndjson")])
        self.open(path)
        detail = self.browser.run("return document.getElementById('detail').textContent")
        self.assertIn("comes back every 60 s", detail)
        self.assertIn("Why it ranks here", detail)
        self.assertEqual(self.browser.run("return document.querySelectorAll('#detail circle.gap').length"), 39)
        changes = self.browser.run("return [...document.querySelectorAll('#changes tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent))")
        self.assertEqual(changes, [["~changed", "198.18.0.2:507/tcp", "unofficial http", "legacy rlogin"],
                                   ["−vanished", "198.18.0.3:514/tcp", "expected ipp", "—"],
                                   ["+appeared", "198.18.0.4:521/tcp", "—", "unknown"]])
        self.expect_quiet(path)

    def test_what_strangers_say_stays_text(self):
        evil = "</script><script>window.taken=1</script><!--<script><img src=x onerror='window.taken=2'>\u202e\u0000"
        lines = [record(1, reason=evil, evidence=[evil], protocol=evil, file=evil, traits=[evil], rules=[evil])]
        path = self.make_of_lines("evil.html", lines)
        self.open(path)
        self.assertIsNone(self.browser.run("return window.taken ?? null"))
        self.assertIn("</script><script>window.taken=1</script><!--<script><img src=x", self.browser.run("return document.querySelector('.reason').textContent"))
        self.assertEqual(self.browser.run("return document.querySelectorAll('img, script').length"), 2)
        self.assertNotIn("\u202e", self.browser.run("return document.body.innerText"))
        self.expect_quiet(path)

    def test_nothing_can_be_loaded_from_anywhere(self):
        path = self.make_of_lines("closed.html", [record(1)])
        self.open(path)
        self.browser.run("""
            document.body.append(Object.assign(document.createElement('img'), {src: 'http://127.0.0.1:9/a.png'}));
            document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.taken = 1'}));
            fetch('http://127.0.0.1:9/').catch(() => {});""")
        self.assertIsNone(self.browser.run("return window.taken ?? null"))
        refused = "\n".join(self.browser.console())
        for directive in ("img-src", "script-src", "connect-src"):
            self.assertIn(directive, refused)

    def test_thousands_of_findings_stay_fluid(self):
        order = list(range(many))
        random.Random(7).shuffle(order)
        path = self.make_of_lines("many.html", [record(index) for index in order])
        self.open(path)
        self.assertEqual(self.count(), f"{many:,} findings")
        ready = self.browser.run("return performance.getEntriesByName('oddport:interactive')[0].startTime") / 1000
        print(f"{many} findings: {os.path.getsize(path) / 1e6:.1f} MB, interactive after {ready:.2f} s")
        self.assertLess(ready, most_seconds)
        self.assertLess(self.browser.run("return document.querySelectorAll('*').length"), 9000)
        took = self.browser.run("""
            const input = document.getElementById('search'), begun = performance.now();
            input.value = 'number 4321 of';
            input.dispatchEvent(new Event('input'));
            return begun;""")
        self.browser.wait(f"return document.getElementById('count').textContent === '1 of {many:,} findings'")
        took = self.browser.run("return performance.now()") - took
        print(f"a search among them: {took:.0f} ms")
        self.assertLess(took / 1000, most_seconds)
        self.browser.run("document.getElementById('search').blur()")
        self.browser.keys("x")
        self.browser.run("const list = document.getElementById('list'); list.scrollTop = list.scrollHeight")
        self.browser.wait(f"return document.querySelector('[aria-posinset=\"{many}\"]') !== null")
        self.assertLess(len(self.rows()), 60)
        self.expect_quiet(path)

    def test_paper_has_what_is_shown(self):
        path = self.make_of_lines("paper.html", [record(index) for index in range(100)])
        self.open(path)
        self.browser.emulate(media="print")
        self.browser.wait("return document.querySelectorAll('#paper article').length === 60")
        shown = self.browser.run("return ['findings', 'paper', 'map'].map((id) => getComputedStyle(document.getElementById(id)).display !== 'none')")
        self.browser.emulate()
        self.assertEqual(shown, [False, True, True])
        self.assertTrue(self.browser.pdf().startswith(b"%PDF-"))
        self.expect_quiet(path)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
