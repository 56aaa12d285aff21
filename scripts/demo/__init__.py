"""`make demo`: the whole platform on a generated market, on a machine that has Python and nothing else."""
