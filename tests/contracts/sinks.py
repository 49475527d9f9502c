"""Where Textual reads markup, and what takes words as they are.

Source: the signatures of textual 8.2.8 and what each does with a plain ``str``, 2026-11.
"""

EVERY = -1
"""All positional arguments."""

SINKS: dict[str, tuple[tuple[int, ...], frozenset[str]]] = {
    name: (positions, frozenset(keywords.split()))
    for name, positions, keywords in [
        ("Static", (0,), "content"),
        ("Label", (0,), "content"),
        ("Button", (0,), "label tooltip"),
        ("Checkbox", (0,), "label tooltip"),
        ("RadioButton", (0,), "label tooltip"),
        ("RadioSet", (EVERY,), "tooltip"),
        ("Placeholder", (0,), "label"),
        ("Collapsible", (), "title"),
        ("Tab", (0,), "label"),
        ("Tabs", (EVERY,), ""),
        ("TabPane", (0,), "title"),
        ("Select", (0,), "options prompt"),
        ("SelectionList", (EVERY,), ""),
        ("Selection", (0,), "prompt"),
        ("OptionList", (EVERY,), ""),
        ("Option", (0,), "prompt"),
        ("TextArea", (), "placeholder tooltip"),
        ("Input", (), "tooltip"),
        ("Hit", (1, 3, 4), "match_display text help"),
        ("DiscoveryHit", (0, 2, 3), "display text help"),
        ("SystemCommand", (0, 1), "title help"),
        ("Toast", (0,), ""),
        ("Notification", (0,), "message"),
        ("notify", (0,), "message"),
        ("add_option", (0,), "item"),
        ("add_options", (0,), "items"),
        ("replace_option_prompt", (1,), "prompt"),
        ("replace_option_prompt_at_index", (1,), "prompt"),
        ("with_tooltip", (0,), "tooltip"),
        ("add_columns", (EVERY,), ""),
        ("add_column", (0,), "label"),
        ("add_row", (EVERY,), "label"),
        ("add_rows", (0,), "rows"),
        ("update_cell", (2,), "value"),
        ("add_leaf", (0,), "label"),
        ("from_markup", (0,), "markup"),
        ("from_text", (0,), "markup_content_or_text"),
        ("visualize", (1,), "obj"),
        ("update", (0,), "content"),
    ]
}
"""Calls by the last part of their name: which arguments are read as markup."""

TITLES = frozenset({"border_title", "border_subtitle", "tooltip"})
"""Attributes that are read as markup when they are set."""

LITERAL_TYPES = frozenset(
    {"Content", "Text", "Strip", "Segment", "Visual", "Blank", "Table", "int"}
)
"""Types that take words as they are."""

LITERAL_CALLS = LITERAL_TYPES | {"assemble", "styled", "blank", "empty"}
"""Calls whose arguments are taken as they are; ``Content.assemble`` for one."""
