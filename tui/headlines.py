"""What the screens ask about headlines: whether they are read here, and what is offered."""

from services.news import News
from services.runtime import Runtime


def news_of(runtime: Runtime) -> News | None:
    """Give the headlines of a terminal that reads; ``None`` where it only looks on."""
    return getattr(runtime, "news", None)
