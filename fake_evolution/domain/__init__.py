"""The imitated server as pure values and functions: no sockets, no clock, no dice of its own."""
