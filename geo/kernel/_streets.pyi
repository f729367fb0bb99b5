"""Types of the compiled kernel; see binding.cpp for shapes and ranges.

A cost holds milliseconds in its upper 32 bits and centimetres in its lower ones; 2^64 - 1 is no
way. Edges are in CSR order by tail. Places touch the graph at nodes: those of place p are
``first[p]:first[p + 1]``.
"""

import numpy as np
import numpy.typing as npt

_Int32 = npt.NDArray[np.int32]
_Costs = npt.NDArray[np.uint64]

def matrix(
    first_out: _Int32,
    head: _Int32,
    cost: _Costs,
    source_first: _Int32,
    source_node: _Int32,
    source_cost: _Costs,
    target_first: _Int32,
    target_node: _Int32,
    target_cost: _Costs,
    *,
    threads: int,
) -> _Costs:
    """Cost of the best way by way of the graph, shape (sources, targets)."""

def ways(
    first_out: _Int32,
    head: _Int32,
    cost: _Costs,
    source_first: _Int32,
    source_node: _Int32,
    source_cost: _Costs,
    target_first: _Int32,
    target_node: _Int32,
    target_cost: _Costs,
    *,
    threads: int,
) -> tuple[_Costs, _Int32, _Int32, _Int32]:
    """Best way from each source to the target of the same number.

    Returns:
        Costs (p,); which node of the source and of the target it uses (p, 2), -1 without a way;
        offsets (p + 1,) into the edges; the edges in the order they are driven.
    """
