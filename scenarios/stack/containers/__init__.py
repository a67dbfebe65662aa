"""The backend as it ships: its image, with PostgreSQL and Redis in containers beside it."""

from .stack import containers

__all__ = ["containers"]
