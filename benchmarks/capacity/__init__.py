"""The capacity model against simulated days, and its constants fitted on them."""
