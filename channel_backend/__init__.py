"""The reference channel backend: WhatsApp channels over Evolution API, the way they should be built."""

__all__ = ["__version__"]

__version__ = "0.1.0"
