"""Every SQL statement of the program, by noun.

Functions take a ``Session`` first, may ``flush`` and never ``commit``; reading functions take a ``Viewer`` and apply
its clearance. What they return are values, never rows.
"""
