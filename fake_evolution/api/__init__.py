"""HTTP: translates requests into calls of the engine's operations and back; decides nothing."""
