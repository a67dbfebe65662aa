"""The calls of the control API, a module a family; each has ENDPOINTS: method, path, what answers."""

from fake_evolution.api.asked import Endpoint

Endpoints = tuple[tuple[str, str, Endpoint], ...]
