"""How fast it is, as ratios measured in one run; figures are kept in docs/benchmarks.md."""
