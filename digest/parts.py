"""The connected parts of a graph of documents, grouped each for itself.

Two groups are joined when they are alike by the threshold on average, so at least one pair of them is: what no such
pair connects cannot come into one story, and need not be looked at together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from digest.edges import Edges
from digest.likeness import LEAST
from digest.linking import Linking

Ends = tuple[int, int]


def linked(
    edges: Edges,
    size: int,
    active: NDArray[np.bool_],
    dirty: Collection[int],
    together: Sequence[Ends],
    apart: Sequence[Ends],
    ranked: Callable[[list[int]], list[int]],
    threshold: float,
) -> Iterator[list[int]]:
    """The groups of all parts that hold a dirty slot.

    Args:
        edges: pairs that may tell one story.
        size: number of slots.
        active: which of them are in the graph.
        dirty: slots whose parts are grouped anew.
        together: slots that belong to one group.
        apart: slots that do not.
        ranked: puts slots into the order that decides between pairs equally alike.
        threshold: down to which average groups are joined.
    """
    part = _parts(edges, size, together, threshold)
    anew = np.zeros(size, dtype=bool)
    anew[part[np.fromiter(dirty, dtype=np.int64, count=len(dirty))]] = True
    slots = np.flatnonzero(active & anew[part])
    chosen = np.flatnonzero(
        anew[part[edges.first]] & (part[edges.first] == part[edges.second]) & (edges.probability >= LEAST)
    )
    if not len(slots):
        return
    slots = slots[np.argsort(part[slots], kind="stable")]
    chosen = chosen[np.argsort(part[edges.first[chosen]], kind="stable")]
    names, starts = np.unique(part[slots], return_index=True)
    edge_parts = part[edges.first[chosen]]
    first, last = np.searchsorted(edge_parts, names), np.searchsorted(edge_parts, names, side="right")
    for members, begin, end in zip(np.split(slots, starts[1:]), first.tolist(), last.tolist(), strict=True):
        if len(members) == 1:
            yield members.tolist()
        else:
            yield from _groups(edges, chosen[begin:end], ranked(members.tolist()), together, apart, threshold)


def _parts(edges: Edges, size: int, together: Sequence[Ends], threshold: float) -> NDArray[np.int64]:
    """Number of the connected part of each slot."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    strong = edges.probability >= threshold
    ends = np.array(together, dtype=np.int64).reshape(-1, 2)
    first = np.concatenate([edges.first[strong], ends[:, 0]])
    second = np.concatenate([edges.second[strong], ends[:, 1]])
    graph = coo_array((np.ones(len(first), dtype=np.int8), (first, second)), shape=(size, size))
    return np.asarray(connected_components(graph.tocsr(), directed=False)[1], dtype=np.int64)


def _groups(
    edges: Edges,
    chosen: NDArray[np.int64],
    slots: list[int],
    together: Sequence[Ends],
    apart: Sequence[Ends],
    threshold: float,
) -> Iterator[list[int]]:
    """The groups of one part; ``slots`` in the order that decides between pairs equally alike."""
    place = {slot: position for position, slot in enumerate(slots)}
    order = np.array(sorted(slots), dtype=np.int64)
    position = np.array([place[slot] for slot in order.tolist()])
    one = position[np.searchsorted(order, edges.first[chosen])]
    other = position[np.searchsorted(order, edges.second[chosen])]
    linking = Linking(
        len(slots),
        (np.minimum(one, other), np.maximum(one, other), edges.probability[chosen]),
        together=[(place[first], place[second]) for first, second in together if first in place],
        apart=[(place[first], place[second]) for first, second in apart if first in place and second in place],
    )
    for group in linking.groups(threshold):
        yield [slots[each] for each in group]
