"""Looks for a schedule that breaks an invariant, and makes it short enough to be understood.

machine ─a plan─▶ rig (fake + backend, always on) ─▶ judge ─broken─▶ shrink ─▶ confirm ─▶ a scenario file
"""
