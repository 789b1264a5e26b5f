"""Simple ways of grouping documents, to stand beside the program's own: what a day's work with a library gives.

None looks at labels when it groups. Each has one set of settings for all files, as the program has; they were chosen on
the labelled sets, which favours them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from sklearn.cluster import HDBSCAN, AgglomerativeClustering
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfTransformer

from digest.types import Features

AVERAGE_COSINE = 0.25  # of .1 to .4 in steps of .05 the best over four labelled sets together
TITLE_COSINE = 0.3  # of .2 to .6 the best over the same
MOST = 12_000
"""Documents up to which all distances are held at once: 12,000 take 1.2 GB, and as much again while grouping."""

Plain = Callable[[Sequence[Features]], NDArray[np.int64]]
"""Gives each document the number of its story."""


def average_link(features: Sequence[Features]) -> NDArray[np.int64]:
    """Average link over the cosine of TF-IDF vectors of titles and texts."""
    grouping = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=1 - AVERAGE_COSINE
    )
    return np.asarray(grouping.fit_predict(_distances(each.terms for each in features)), dtype=np.int64)


def density(features: Sequence[Features]) -> NDArray[np.int64]:
    """HDBSCAN with groups from two documents over the same distances; what it calls noise is a story of its own.

    Source:
        Campello, Moulavi and Sander, "Density-based clustering based on hierarchical density estimates", 2013.
    """
    distances = _distances(each.terms for each in features).astype(np.float64)
    grouping = HDBSCAN(min_cluster_size=2, min_samples=1, metric="precomputed", copy=False)
    found = np.asarray(grouping.fit_predict(distances), dtype=np.int64)
    noise = found < 0
    found[noise] = found.max(initial=-1) + 1 + np.arange(int(noise.sum()))
    return found


def single_link_titles(features: Sequence[Features]) -> NDArray[np.int64]:
    """Titles alike to one of the group."""
    near = csr_array(_distances(each.title for each in features) <= 1 - TITLE_COSINE)
    return np.asarray(connected_components(near, directed=False)[1], dtype=np.int64)


PLAIN: Mapping[str, Plain] = {
    "average-link": average_link,
    "hdbscan": density,
    "single-link-titles": single_link_titles,
}
"""By the name they are printed under."""


def _distances(counts: Iterable[Mapping[str, float]]) -> NDArray[np.float32]:
    """One minus the cosine of each two documents."""
    rows = TfidfTransformer(sublinear_tf=True).fit_transform(DictVectorizer().fit_transform(counts))
    rows = csr_array(rows, dtype=np.float32)
    distances = np.asarray((rows @ rows.T).todense(), dtype=np.float32)
    np.subtract(1.0, distances, out=distances)
    np.clip(distances, 0.0, None, out=distances)
    np.fill_diagonal(distances, 0.0)
    return distances
