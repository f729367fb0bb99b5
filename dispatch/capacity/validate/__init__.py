"""The capacity model against simulated days: what it predicts, what happens, and its constants."""
