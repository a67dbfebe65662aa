"""One module a route family; each has ROUTES."""
