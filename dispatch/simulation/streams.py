"""Random streams by name, so that nothing that is drawn depends on the order of drawing.

Every stream comes from the run's seed and a name. What happens to a request is drawn from the
stream of its own id: policies that serve requests in different orders meet the same fates (common
random numbers), and a policy that draws cannot disturb the world.
"""

import hashlib

import numpy as np


def stream(seed: int, *names: str) -> np.random.Generator:
    """The generator of one name; the same arguments give the same draws.

    Args:
        seed: Of the run, 0 or more.
        names: Parts of the name, such as ``"request", "P0001"``.
    """
    digest = hashlib.sha256("\0".join(names).encode()).digest()
    key = tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4))
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))
