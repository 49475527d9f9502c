"""What every test of the services is run with.

Law: a test that is marked ``no_cover`` goes through the same lines hundreds of times, nearly all
of which others go through once; counting them there takes longer than the test.
"""

import sys
from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Count no lines while such a test runs.

    The plugin that counts stops for it, but in a worker it had begun twice, and the first
    counter then goes on.
    """
    if item.get_closest_marker("no_cover") is None:
        return (yield)
    counter = sys.gettrace()
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(counter)
