"""The image and the compose file say what the program does, and what they start serves on PostgreSQL."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
import typer.main
import yaml
from sqlalchemy import make_url

from app.cli import app
from app.settings import Settings
from tests.conftest import free_port, postgres_database

ROOT = Path(__file__).parents[1]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
WEB, DATABASE = COMPOSE["services"]["web"], COMPOSE["services"]["db"]
PATIENCE_S = 60


def instructions(word: str) -> list[str]:
    """What stands behind a word in the Dockerfile, line by line."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
    return [line.removeprefix(f"{word} ") for line in text.splitlines() if line.startswith(f"{word} ")]


def image_environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in shlex.split(instructions("ENV")[-1]))


def health_check() -> list[str]:
    return json.loads(instructions("HEALTHCHECK")[0].partition(" CMD ")[2])


@pytest.mark.parametrize("arguments", [json.loads(instructions("CMD")[0]), WEB["command"]], ids=["image", "compose"])
def test_what_is_started_is_a_verb_with_options_of_the_program(arguments: list[str]) -> None:
    group = typer.main.get_command(app)
    assert json.loads(instructions("ENTRYPOINT")[0]) == ["staffwork"]
    read = group.commands[arguments[0]].make_context(arguments[0], arguments[1:])
    assert read.params == {"host": "0.0.0.0", "port": 8000}


@pytest.mark.parametrize("page", ["docker-compose.yml", "docs/install.md"])
def test_the_commands_that_are_written_down_are_verbs_of_the_service(page: str) -> None:
    named = re.findall(r"docker compose run --rm (\w+) ([\w-]+)", (ROOT / page).read_text(encoding="utf-8"))
    assert named
    assert {service for service, _ in named} == {"web"}
    assert {verb for _, verb in named} <= typer.main.get_command(app).commands.keys()


def test_every_variable_that_is_set_is_a_setting() -> None:
    known = {f"STAFFWORK_{name.upper()}" for name in Settings.model_fields}
    ours = {name for name in (*image_environment(), *WEB["environment"]) if name.startswith("STAFFWORK_")}
    assert ours
    assert ours <= known


def test_port_of_image_health_check_and_service_is_the_one_that_is_served() -> None:
    (published,) = WEB["ports"]
    address, _, inner = published.rpartition(":")
    assert {instructions("EXPOSE")[0], inner, *re.findall(r"'127\.0\.0\.1', (\d+)", health_check()[-1])} == {"8000"}
    assert address.startswith("127.0.0.1:")


def test_the_home_is_the_volume_and_belongs_to_the_user_of_the_image() -> None:
    (mount,) = WEB["volumes"]
    home = image_environment()["STAFFWORK_HOME"]
    assert {mount.partition(":")[2], *instructions("VOLUME"), instructions("WORKDIR")[-1]} == {home}
    (user,) = instructions("USER")
    assert f"install -d -m 0700 -o {user} -g {user} {home}" in instructions("RUN")[-1]


def test_the_service_asks_for_the_database_that_is_made() -> None:
    url, made = make_url(WEB["environment"]["STAFFWORK_DATABASE_URL"]), DATABASE["environment"]
    assert (url.host, url.username, url.database) == ("db", made["POSTGRES_USER"], made["POSTGRES_DB"])
    assert url.password is None
    assert WEB["environment"]["PGPASSWORD"] == made["POSTGRES_PASSWORD"]
    assert {f"--username={url.username}", f"--dbname={url.database}"} < set(DATABASE["healthcheck"]["test"])


def test_the_image_gets_every_folder_of_the_program_and_nothing_else_gets_near_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*wheel["packages"], *wheel["force-include"], project["project"]["readme"], "LICENSE", "pyproject.toml"}
    copied = {name for line in instructions("COPY") if "--from" not in line for name in line.split()[:-1]}
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert copied == needed | {"requirements.lock"}
    assert {line[1:] for line in ignored if line.startswith("!")} == copied
    assert "*" in ignored


@pytest.mark.postgres
def test_what_compose_starts_serves_an_office_that_finds_itself_healthy(tmp_path: Path, postgres_url: str) -> None:
    with postgres_database(postgres_url, "composed", "template0") as url:
        port = str(free_port())
        made = {"STAFFWORK_HOME": str(tmp_path / "office"), "STAFFWORK_DATABASE_URL": url}
        environment = {**os.environ, **WEB["environment"], **made}
        staffwork = [sys.executable, "-m", "app.cli"]
        check = [sys.executable, *(part.replace("8000", port) for part in health_check()[1:])]
        answers = ["--name", "City", "--time-zone", "UTC", "--languages", "en", "--public-url", "", "--smtp-host", "",
                   "--approver-name", "Ada", "--approver-email", "ada@office.example"]  # fmt: skip
        subprocess.run([*staffwork, "init", *answers], env=environment, check=True, stdout=subprocess.DEVNULL)
        assert subprocess.run(check, stderr=subprocess.DEVNULL).returncode != 0
        server = subprocess.Popen(
            [*staffwork, *WEB["command"], "--port", port], env=environment, stdout=subprocess.DEVNULL
        )
        try:
            until = time.monotonic() + PATIENCE_S
            while subprocess.run(check, stderr=subprocess.DEVNULL).returncode:
                assert server.poll() is None, "the server ended by itself"
                assert time.monotonic() < until, "it never was healthy"
                time.sleep(0.2)
            server.terminate()
            assert server.wait(30) == 0
        finally:
            server.kill()
            server.wait()
        assert not (tmp_path / "office" / "staffwork.db").exists()
