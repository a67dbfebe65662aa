"""How the system under test comes up."""

from .base import Stack, StackSettings, open_stack
from .errors import StackError
from .scratch import Scratch
from .services import PostgresServer, ValkeyServer

__all__ = [
    "PostgresServer",
    "Scratch",
    "Stack",
    "StackError",
    "StackSettings",
    "ValkeyServer",
    "open_stack",
]
