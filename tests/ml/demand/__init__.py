"""Tests of forecasts of demand."""
