"""What a courier must know about a door, in a few words."""

from dispatch.domain.requests import PickupRequest


def door_notes(request: PickupRequest) -> str:
    """Stairs, lift and disassembly; empty where there is nothing to say."""
    notes = []
    if request.floor:
        way = "lift" if request.lift else "no lift"
        notes.append(f"floor {request.floor}, {way}")
    if request.disassembly:
        notes.append("disassembly")
    return "; ".join(notes)
