"""The places Chinwag talks with, one package each behind the protocols of ``base``."""
