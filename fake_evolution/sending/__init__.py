"""Sending: what a caller of /message asks for becomes a message of WhatsApp, or one of the many refusals.

    body ─▶ kinds/<kind>: compose ─▶ Draft ─▶ dispatch: address, delay, context, line ─▶ record ─▶ archive and event

A kind that works on media fetches and converts them while it composes, before anybody asks whether the number exists.
"""
