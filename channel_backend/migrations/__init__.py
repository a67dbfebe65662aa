"""Alembic's migrations; `python -m channel_backend migrate` applies them."""
