"""Tests of xlcfi.platform."""
