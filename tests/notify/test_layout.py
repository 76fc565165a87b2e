"""Templates of the user's own: they word an alert, and can neither reach the process nor keep it busy."""

from __future__ import annotations

import pytest

from monitor.errors import ConfigError
from monitor.model import alert
from monitor.notify.layout import Layout
from tests.fakes_notify import change, channel

BODY = alert(change())
USUAL = Layout(channel()).text([BODY])


def _text(template: str) -> str:
    return Layout(channel(options={"template": template})).text([BODY])


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ work|upper }} → {{ alert.data.to.when }}", "ALAN WAKE 2 → 2023-10-27"),
        (
            "{% for e in alert.data.evidence %}{{ loop.index * 2 }} {{ e.source }}{% endfor %}",
            "2 news.example",
        ),
        ("{% if alert.data.change == 'moved_later' %}later{% else %}else{% endif %}", "later"),
        ("{{ nothing.of.this.kind }}{{ work|replace('Wake', 'Sleep')|truncate(6, True, '') }}", "Alan S"),
        ("{{ range(3)|list|join('-') }}", "0-1-2"),
    ],
)
def test_a_template_words_an_alert(template: str, text: str) -> None:
    assert _text(template) == text


@pytest.mark.parametrize(
    "template",
    [
        "{{ work.__class__.__mro__[1].__subclasses__() }}",
        "{{ ''['__class__']['__base__'] }}",
        "{{ ''['format']('x') }}{{ 'x'['ljust'](1000000000) }}",
        "{{ alert.items.__self__.__init__.__globals__ }}",
        "{{ range.__globals__['__builtins__'] }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ work * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ 'x'.ljust(1000000000) }}",
        "{{ '{:1000000000}'.format(1) }}",
        "{% for n in range(100000000) %}{% endfor %}",
        "{{ alert.update({'type': 'x'}) }}",
        "{{ 1 / 0 }}",
    ],
)
def test_a_template_that_reaches_out_or_swells_costs_no_alert(template: str) -> None:
    assert _text(f"{template}words of its own") in {USUAL, "words of its own"}


@pytest.mark.parametrize(
    "template",
    [
        "{% for a in range(9) %}{% for b in range(9) %}{% for c in range(9) %}{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in alert recursive %}{{ loop(a) }}{% endfor %}",
        "{% macro m(n) %}{{ m(n) }}{{ m(n) }}{% endmacro %}{{ m(1) }}",
        "{% include '/etc/passwd' %}",
        "{% if %}",
        "{{ (''|attr('__class__')).__base__ }}",
        "{{ work|center(1000000000) }}",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    ],
)
def test_a_template_that_could_run_for_ever_is_a_fault_of_the_file(template: str) -> None:
    with pytest.raises(ConfigError, match=r"^channel phone: the template "):
        _text(template)


def test_what_a_template_writes_is_cut() -> None:
    loops = "{% for a in range(1000) %}{% for b in range(1000) %}long{% endfor %}{% endfor %}"
    assert len(_text(loops)) <= 20_000
