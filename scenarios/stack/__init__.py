"""How the system under test comes up."""

from .errors import StackError
from .scratch import Scratch
from .services import PostgresServer, ValkeyServer

__all__ = ["PostgresServer", "Scratch", "StackError", "ValkeyServer"]
