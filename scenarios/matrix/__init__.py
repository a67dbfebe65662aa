"""Proof that the harness sees: every defect of the reference backend against the scenarios, beside the clean backend.

plan (which backend lives which scenario under which seeds) ─▶ batches, some at once ─▶ tally ─▶ table, JSON, report
"""
