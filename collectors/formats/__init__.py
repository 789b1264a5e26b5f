"""One file format, one file: bytes become text with its structure.

Nothing here is imported by the program itself but :mod:`~collectors.formats.parsed` and
:mod:`~collectors.formats.pool`; the formats run in the child process of :mod:`~collectors.formats.worker`.
"""
