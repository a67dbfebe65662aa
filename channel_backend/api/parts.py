"""What the routes work with, handed to them under one typed key."""

from dataclasses import dataclass

from aiohttp import web

from channel_backend.access import Passwords, Tokens
from channel_backend.flow.applying import Applying
from channel_backend.flow.background import Background
from channel_backend.flow.inbound import Inbound
from channel_backend.flow.openings import Openings
from channel_backend.flow.sessions import Sessions
from channel_backend.flow.talking import Talking
from channel_backend.health import Health
from channel_backend.operating import Operations
from channel_backend.seams import Seams
from channel_backend.signals import Signals
from channel_backend.store.accounts import Accounts
from channel_backend.store.book import Book


@dataclass(frozen=True, slots=True)
class Parts:
    """The assembled backend, as the routes see it."""

    accounts: Accounts
    book: Book
    sessions: Sessions
    applying: Applying
    tokens: Tokens
    passwords: Passwords
    inbound: Inbound
    openings: Openings
    talking: Talking
    background: Background
    seams: Seams
    health: Health
    signals: Signals
    secure_cookies: bool
    operations: Operations


PARTS = web.AppKey("PARTS", Parts)
