"""Sharing an amount out over an order's lines: the kernel's, under the name by which it is known here."""

from xlcfi.allotment import allotment_sql as allotment_sql
