from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.candidates import StoryParams, cosines, idf, matrix, vector

PARAMS = StoryParams()


def test_rare_words_weigh_more():
    weights = idf({"river": 15, "dam": 2}, 100, PARAMS)
    assert weights["dam"] > weights["river"] > 0


def test_what_every_fifth_document_says_weighs_nothing():
    assert idf({"the": 21, "river": 20}, 100, PARAMS).keys() == {"river"}


def test_in_a_handful_of_documents_no_word_is_too_common():
    assert idf({"the": 5}, 5, PARAMS).keys() == {"the"}


@given(st.dictionaries(st.text(min_size=1), st.floats(0.5, 1e6), min_size=1), st.integers(1, 50))
def test_a_vector_keeps_the_weightiest_terms_and_has_length_one(terms, strongest):
    made = vector(terms, dict.fromkeys(terms, 1.0), strongest)
    assert sum(weight * weight for weight in made.values()) == pytest.approx(1)
    assert len(made) == min(strongest, len(terms))
    assert min(terms[term] for term in made) >= max([terms[t] for t in terms if t not in made], default=0)


def test_what_a_source_says_in_each_document_counts_less():
    bulletins = [{"last": 1.0, "quarter": 1.0, subject: 1.0} for subject in ("tourism", "shipping", "rents")]
    of_one = cosines(matrix(bulletins, PARAMS, ["s", "s", "s"]), np.array([0]), np.array([1]))
    of_several = cosines(matrix(bulletins, PARAMS, ["s", "t", "u"]), np.array([0]), np.array([1]))
    assert of_one[0] < of_several[0] / 2


def test_cosines_of_chosen_rows():
    rows = matrix([{"dam": 1.0}, {"dam": 1.0}, {"rent": 1.0}, {}], PARAMS)
    assert cosines(rows, np.array([0, 0, 0]), np.array([1, 2, 3])).tolist() == pytest.approx([1, 0, 0])


def test_slow_libraries_are_not_loaded_before_they_are_used():
    slow = ("scipy", "sklearn", "py3langid", "rjieba", "Stemmer", "datasketch")
    program = f"import sys, digest.stories, digest.text; print([name for name in {slow} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
