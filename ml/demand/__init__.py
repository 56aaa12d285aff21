"""Forecasting what products sell: plain arithmetic on arrays, without a database."""
