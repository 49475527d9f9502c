"""Everything that is true of Chinwag without a screen.

Law: nothing in here knows textual, rich, ``widgets`` or ``tui``.
"""
