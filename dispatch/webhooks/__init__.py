"""Telling the returns systems of changes: signed, at least once, and never inside the network.

``docs/webhooks.md`` is the contract.
"""
