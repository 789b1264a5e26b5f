"""Logs: one closing line for each unit of work, to rotated files in the office's home."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler

import structlog

from app.settings import Settings, make_private_folder

KEPT_FILES = 5


def configure(settings: Settings) -> None:
    """Write the program's log lines to ``HOME/logs/staffwork.log``."""
    make_private_folder(settings.logs)
    handler = RotatingFileHandler(
        settings.logs / "staffwork.log", maxBytes=settings.log_max_bytes, backupCount=KEPT_FILES, encoding="utf-8"
    )
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.LogfmtRenderer(bool_as_flag=False),
            ],
            foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)],
        )
    )
    root = logging.getLogger()
    for old in [each for each in root.handlers if isinstance(each, RotatingFileHandler)]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
