"""Topics: posts and headlines in, ranked and explainable topics out.

Law: the engine is pure and knows no clock; it runs in a process of its own, which may die and be
started anew at any moment.
"""
