"""Pictures of values: each widget knows ``services.model`` and ``services.text`` only."""
