from __future__ import annotations

from benchmarks import duplicates


def test_edits_of_the_example_are_told_from_reports_of_their_own(capsys):
    duplicates.main()
    lines = capsys.readouterr().out.splitlines()
    assert "recall=1.000 another headline" in lines
    assert "recall=1.000 tracking link and closing line" in lines
    assert any(line.endswith("precision=1.000 all") for line in lines)
    assert lines[-1].startswith("kept=1.000")
