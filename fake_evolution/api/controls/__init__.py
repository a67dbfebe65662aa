"""The calls of the control API, a module a family; each has ENDPOINTS."""

from fake_evolution.api.asked import Control

Endpoints = tuple[Control, ...]
NOT_NOW = {409: "What is asked is not legal in the state that the instance or the server is in."}
