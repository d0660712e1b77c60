"""report_page.py PAGE RUN...: a page of `dsc report` is well formed, needs nothing but itself, and shows each run."""
import re
import sys
from html.parser import HTMLParser

VOID = {"meta"}


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.tags, self.text, self.curves = [], [], "", []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        for name, value in attributes:
            assert name not in ("src", "href", "onload", "onclick"), (tag, name, value)
        if dict(attributes).get("class", "").startswith("curve"):
            self.curves.append(dict(attributes)["class"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data):
        self.text += data


with open(sys.argv[1], encoding="utf-8") as text:
    source = text.read()
page = Page()
page.feed(source)
page.close()
assert not page.open, page.open
for banned in ("script", "link", "img", "iframe"):
    assert banned not in page.tags, banned
assert not re.search(r"https?:|url\(|@import|nan|inf\b", source), "the page asks the network, or draws what is no number"
for run in sys.argv[2:]:
    assert run in page.text, run
# Each run has a curve in the charts of loss, held-out loss, LR and gradient norm.
assert page.tags.count("svg") == 4, page.tags.count("svg")
for index in range(len(sys.argv) - 2):
    assert page.curves.count(f"curve r{index}") == 4, page.curves
