"""What the door to the world stands on: addresses, limits, budgets, dialects, streams.

Law: nothing here imports the HTTP library; ``services.http`` does.
"""
