"""The database: tables, their translation to values, and the queries."""
