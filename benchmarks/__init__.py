"""How fast it is, in numbers that can be checked: ``python -m benchmarks`` from a checkout, see ``--help``.

Ratios are taken between things timed in turn within one run, because machines differ and are never quiet.
"""
