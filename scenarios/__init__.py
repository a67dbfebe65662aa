"""What is tried on a backend, and how it is judged."""
