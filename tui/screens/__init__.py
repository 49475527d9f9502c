"""The screens, one module each beside its style sheet."""
