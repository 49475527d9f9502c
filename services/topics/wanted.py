"""Which posts of a stream are wanted at all: by language, and by words. Pure."""

from services.topics.sought import Sought, folded


class Wanted:
    """What was asked for; everything, where nothing was."""

    def __init__(self, languages: tuple[str, ...], words: tuple[str, ...]) -> None:
        """Want posts in one of ``languages`` that hold one of ``words``."""
        self._languages = frozenset(_primary(one) for one in languages if one.strip())
        self._words = tuple(Sought(word) for word in words if word.strip())

    def wants(self, text: str, tags: tuple[str, ...], languages: tuple[str, ...]) -> bool:
        """Tell whether a post is wanted; one that tells no language may be in any."""
        told = {_primary(one) for one in languages}
        if self._languages and told and self._languages.isdisjoint(told):
            return False
        if not self._words:
            return True
        said = folded(" ".join((text, *(f"#{tag.lstrip('#')}" for tag in tags))))
        return any(word.is_in(said) for word in self._words)


def _primary(language: str) -> str:
    """Give ``en`` for ``en-GB``."""
    return language.strip().partition("-")[0].casefold()
