"""What docker-compose.yml, Dockerfile and deploy/ promise: looked at in the files, started by tests/journey/test_compose.py."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import pytest

from huiying.app import Stage
from huiying.settings import Settings
from services.elasticsearch import VERSION as ELASTICSEARCH
from services.kafka import POM
from tests.journey.composed import CONFIG, ROOT, STAGES, compose_file

SERVERS = ("kafka", "elasticsearch")
EVERYTHING = (*SERVERS, "setup", *STAGES)


@pytest.fixture(scope="module")
def file() -> dict[str, Any]:
    return compose_file()


@pytest.fixture
def services(file: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = file["services"]
    return found


def test_docker_compose_has_nothing_to_say_against_the_file(file: dict[str, Any]) -> None:
    done = subprocess.run(
        ["docker-compose", "config", "-q"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_stage_is_a_service_of_one_image(services: dict[str, Any]) -> None:
    assert set(STAGES) == set(Stage) and set(services) == set(EVERYTHING)
    for stage in STAGES:
        assert services[stage]["command"] == ["run", "--stages", stage]
    assert {services[name]["image"] for name in ("setup", *STAGES)} == {"huiying"}
    assert services["triage"]["scale"] == 2


@pytest.mark.parametrize("name", EVERYTHING)
def test_every_service_runs_without_rights_and_within_limits(services: dict[str, Any], name: str) -> None:
    service = services[name]
    assert re.fullmatch(r"1000:(0|1000)", service["user"])
    assert service["cap_drop"] == ["ALL"] and "cap_add" not in service and "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"] and service["cpus"] and service["pids_limit"]
    assert service["read_only"] is (name != "elasticsearch")
    assert service["stop_grace_period"] and service["logging"]["options"]["max-size"]
    assert service["restart"] == ("no" if name == "setup" else "unless-stopped")


@pytest.mark.parametrize("name", (*SERVERS, *STAGES))
def test_every_service_that_goes_on_is_asked_how_it_is(services: dict[str, Any], name: str) -> None:
    check = services[name]["healthcheck"]
    assert check["test"][0] == "CMD" and check["interval"] and check["start_period"]


def test_stages_wait_for_what_they_stand_on(services: dict[str, Any]) -> None:
    for stage in STAGES:
        assert {name: one["condition"] for name, one in services[stage]["depends_on"].items()} == {
            "kafka": "service_healthy",
            "elasticsearch": "service_healthy",
            "setup": "service_completed_successfully",
        }


def test_only_the_web_is_reached_and_only_from_this_machine(file: dict[str, Any]) -> None:
    published = {name: one["ports"] for name, one in file["services"].items() if one.get("ports")}
    assert published == {"web": ["127.0.0.1:8080:8080/tcp"]}
    assert file["networks"]["servers"]["internal"] is True
    for server in SERVERS:
        assert list(file["services"][server]["networks"]) == ["servers"]


def test_what_is_secret_comes_from_files_and_none_of_it_stands_in_the_file(file: dict[str, Any]) -> None:
    hidden = {f"HUIYING_{name}" for name in Settings.secrets()}
    for stage in STAGES:
        given = file["services"][stage]["environment"]
        assert not hidden & set(given)
        assert {name for name in given if name.endswith("_FILE")} == {
            "HUIYING_KAFKA_PASSWORD_FILE",
            "HUIYING_ELASTICSEARCH_PASSWORD_FILE",
        }
        mounted = {f"/run/secrets/{secret['source']}" for secret in file["services"][stage]["secrets"]}
        assert {value for value in given.values() if str(value).startswith("/run/")} <= mounted
    assert all("ca.key" not in str(service) for service in file["services"].values())
    for secret in file["secrets"].values():
        assert secret["file"].startswith(str(ROOT / "deploy" / "secrets"))
    ignored = subprocess.run(["git", "check-ignore", "-q", "deploy/secrets/kafka.pem"], cwd=ROOT, check=False)
    assert ignored.returncode == 0


def test_every_setting_in_the_file_is_one(services: dict[str, Any]) -> None:
    known = {f"HUIYING_{name.upper()}" for name in Settings.model_fields}
    for stage in STAGES:
        assert {name.removesuffix("_FILE") for name in services[stage]["environment"]} <= known


def test_security_is_on(services: dict[str, Any]) -> None:
    search, stage = services["elasticsearch"]["environment"], services["nlp"]["environment"]
    assert search["xpack.security.enabled"] == search["xpack.security.http.ssl.enabled"] == "true"
    assert stage["HUIYING_ELASTICSEARCH"].startswith("https://")
    assert stage["HUIYING_KAFKA_USERNAME"] and stage["HUIYING_KAFKA_CA"]
    broker = (ROOT / "deploy" / "kafka" / "server.properties").read_text("utf-8")
    reached = re.search(r"^listeners=(.*)$", broker, re.M)
    assert reached
    for listener in reached[1].split(","):
        assert listener.startswith("SASL_SSL://") or "://127.0.0.1:" in listener


def test_the_servers_are_those_that_the_tests_run_on(services: dict[str, Any]) -> None:
    kafka = re.search(r"<artifactId>kafka_[\d.]+</artifactId>\s*<version>([\d.]+)<", POM.read_text("utf-8"))
    assert kafka
    assert services["kafka"]["image"] == f"apache/kafka:{kafka[1]}"
    assert services["elasticsearch"]["image"] == f"elasticsearch:{ELASTICSEARCH}"
    targets = [secret.get("target", CONFIG) for secret in services["elasticsearch"]["secrets"]]
    assert all(target.startswith(CONFIG) for target in targets)


def test_the_image_has_an_owner_without_rights_and_the_folder_that_is_mounted(
    services: dict[str, Any],
) -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    assert "\nUSER 1000:1000\n" in text and 'ENTRYPOINT ["huiying"]' in text
    assert text.count("--require-hashes") == 2
    for stage in STAGES:
        assert services[stage]["environment"]["HUIYING_DATA"] == "/data"
        assert services[stage]["volumes"] == ["data:/data:rw"]
    assert "VOLUME /data" in text


@pytest.mark.parametrize("name", ["Dockerfile", "docker-compose.yml"])
def test_no_image_comes_from_a_host_that_is_named(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for image in re.findall(r"^\s*(?:FROM|image:)\s+(\S+)", text, re.M):
        host, slash, _ = image.partition("/")
        assert not slash or not re.search(r"[.:]", host), image


def test_what_the_image_installs_is_locked_as_everything_else_is() -> None:
    """Regenerate with ``make lock`` where it is not."""
    image, lock = (_pins(name) for name in ("image.txt", "lock.txt"))
    assert image.items() <= lock.items()
    assert "pytest" not in image and "hatchling" in image
    described = (ROOT / "pyproject.toml").read_text("utf-8").partition("[project.optional")[0]
    wanted = set(re.findall(r'^  "([A-Za-z0-9-]+)[\[>=]', described, re.M))
    assert wanted and {name.lower() for name in wanted} <= set(image)


def _pins(name: str) -> dict[str, tuple[str, ...]]:
    """Package → version and hashes."""
    text = (ROOT / "requirements" / name).read_text("utf-8")
    found = re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==(\S+)((?:.*\n    --hash=\S+)+)", text, re.M)
    return {package: (version, *re.findall(r"sha256:\w+", hashes)) for package, version, hashes in found}
