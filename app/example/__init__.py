"""The bundled example: the leadership office of Varnhaven, a city that does not exist, over four weeks.

``office`` describes the office and its calendar, ``articles`` what its feeds say, ``site`` serves them on the loopback
address, ``statements`` and ``acts`` what its people say and do, ``replay`` lives through the weeks, and ``gold`` knows
which documents tell one story. The departments' reports lie in ``reports`` as files; whoever changes their text runs
``python -m app.example.make_reports``. All names, places and events are invented.
"""
