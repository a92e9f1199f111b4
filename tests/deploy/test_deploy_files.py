"""The files of deploy/ are what their tools take, and are as closed as they can be."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import compose_spec
import kubernetes_validate
import pytest
from deploy_files import DEPLOY, compose, cron_line, kubernetes, unit

from bench.shared_data import REPOSITORY
from blockwire.config.elasticsearch.loading import ROLES

ROOMS = {"schemas", "config", "transforms", "pipelines"}
ELASTIC = re.compile(r"docker\.elastic\.co/(?:elasticsearch/elasticsearch|kibana/kibana):(\d+\.\d+\.\d+)")


def tool(name: str) -> str:
    """A program, of this environment or of the system."""
    found = shutil.which(name, path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    if found is None:
        pytest.skip(f"no {name} here")
    return found


def containerfile() -> str:
    return (DEPLOY / "Containerfile").read_text("utf-8")


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = compose()["services"]
    return found


def test_the_compose_file_is_of_the_specification() -> None:
    """Read by an implementation of it, which refuses unknown keys."""
    reader = compose_spec.PyOptions(apply_merge=True)
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    reader.from_yaml(text).validate()
    with pytest.raises(ValueError, match="mem_limt"):
        reader.from_yaml(text.replace("mem_limit", "mem_limt"))


def test_volumes_are_declared() -> None:
    used = {volume.split(":")[0] for service in services().values() for volume in service.get("volumes", [])}
    assert used == set(compose()["volumes"])


def test_versions_are_pinned_and_of_one_elastic() -> None:
    images = {service["image"] for service in services().values()}
    assert len({match[1] for image in images if (match := ELASTIC.fullmatch(image))}) == 1
    assert all(ELASTIC.fullmatch(image) or re.fullmatch(r"blockwire:\d+\.\d+\.\d+", image) for image in images)
    bases = re.findall(r"^FROM (\S+)", containerfile(), re.MULTILINE)
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", bases[0])


def test_the_image_has_the_version_of_the_program() -> None:
    (version,) = re.findall(r'version="([^"]+)"', (REPOSITORY / "setup.py").read_text("utf-8"))
    text = "".join(path.read_text("utf-8") for path in DEPLOY.rglob("*") if path.is_file())
    assert set(re.findall(r"blockwire:(\d[\w.]*)", text)) == {version}


@pytest.mark.parametrize("name", services())
def test_services_have_bounds_and_no_rights_to_spare(name: str) -> None:
    service = services()[name]
    assert "mem_limit" in service
    assert service["logging"]["options"]["max-size"]
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    assert service.get("user") != "0" or service["network_mode"] == "none"
    assert "restart" not in service or "healthcheck" in service
    if service["image"].startswith("blockwire:"):
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]


def test_nothing_is_given_before_it_is_there() -> None:
    """Who waits for a service that goes on waits for its health; who waits for a step, for its end."""
    for service in services().values():
        for name, wait in service.get("depends_on", {}).items():
            goes_on = "restart" in services()[name]
            assert wait == {"condition": "service_healthy" if goes_on else "service_completed_successfully"}


def test_secrets_come_from_the_environment_and_the_example_names_them_all() -> None:
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    asked = set(re.findall(r"(?<!\$)\$\{(\w+):\?", text))
    example = dict(re.findall(r"^(\w+)=(.*)$", (DEPLOY / ".env.example").read_text("utf-8"), re.MULTILINE))
    assert set(example) == asked
    assert not any(example.values())
    for service in services().values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|KEY$", name):
                assert str(value).startswith("some-"), name


def test_security_is_on() -> None:
    environment = services()["elasticsearch"]["environment"]
    assert environment["xpack.security.enabled"] == environment["xpack.security.http.ssl.enabled"] == "true"
    for service in services().values():
        stores = [value for name, value in service.get("environment", {}).items() if name == "BLOCKWIRE_STORE"]
        assert all(store.startswith("https://") for store in stores)


def test_the_accounts_step_sends_passwords_where_nobody_sees_them(tmp_path: Path) -> None:
    """Run with a `curl` that writes down what it is given."""
    curl = tmp_path / "curl"
    curl.write_text(f'#!/bin/bash\n{{ echo "$@"; cat; }} >> {tmp_path}/told\n')
    curl.chmod(0o755)
    service = services()["accounts"]
    script = service["command"][0].replace("$$", "$")
    environment = {**service["environment"], "PATH": f"{tmp_path}:/usr/bin:/bin"}
    subprocess.run([*service["entrypoint"], script], env=environment, check=True)
    arguments, user, data, *second = (tmp_path / "told").read_text().splitlines()
    assert "some-" not in arguments
    assert user == 'user = "elastic:some-ELASTIC_PASSWORD"'
    assert data == r'data = "{\"password\": \"some-KIBANA_SYSTEM_PASSWORD\"}"'
    assert second[0].endswith("/_security/user/blockwire")
    assert second[2] == r'data = "{\"password\": \"some-WIRE_PASSWORD\", \"roles\": [\"blockwire-writer\"]}"'


def test_roles_are_those_that_are_made() -> None:
    made = {f"blockwire-{name}" for name in ROLES}
    guide = (REPOSITORY / "docs" / "deployment.md").read_text("utf-8")
    assert set(re.findall(r'roles\\": \[\\"([\w-]+)', services()["accounts"]["command"][0])) == {"blockwire-writer"}
    assert {"blockwire-writer", *re.findall(r"role `([\w-]+)`", guide)} <= made
    assert "--roles" in services()["indices"]["command"]


@pytest.mark.parametrize("name", [name for name, told in services().items() if "entrypoint" in told])
def test_scripts_are_shell(name: str) -> None:
    service = services()[name]
    script = service["command"][0].replace("$$", "$")
    done = subprocess.run([service["entrypoint"][0], "-n", "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_hadolint_has_nothing_to_say_of_the_containerfile() -> None:
    done = subprocess.run([tool("hadolint"), DEPLOY / "Containerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_is_small_in_rights_and_has_all_rooms() -> None:
    """Two stages, no root, the tested versions; the builder is sent what is copied and nothing else."""
    text = containerfile()
    stages = text.split("\nFROM ")[1:]
    assert len(stages) == 2
    assert re.search(r"^USER 10001:10001$", stages[1], re.MULTILINE)
    assert "--constraint constraints.txt ." in stages[0]
    copied = {name for line in re.findall(r"^COPY (?!--)(.+) \S+$", text, re.MULTILINE) for name in line.split()}
    assert copied >= ROOMS | {"setup.py", "constraints.txt", "README.md"}
    ignored = (DEPLOY / "Containerfile.dockerignore").read_text("utf-8").splitlines()
    assert {line[1:] for line in ignored if line.startswith("!")} == copied
    assert all((REPOSITORY / name).exists() for name in copied)


def test_kubernetes_objects_are_of_its_schema() -> None:
    for one in kubernetes():
        kubernetes_validate.validate(one, kubernetes_validate.latest_version(), strict=True)


def test_the_cron_job_runs_alone_and_without_rights() -> None:
    config, claim, job = kubernetes()
    spec = job["spec"]
    assert spec["concurrencyPolicy"] == "Forbid"
    pod = spec["jobTemplate"]["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert not pod["automountServiceAccountToken"]
    (container,) = pod["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
    assert pod["volumes"][0]["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    assert container["envFrom"][0]["configMapRef"]["name"] == config["metadata"]["name"]
    assert config["data"]["BLOCKWIRE_STORE"].startswith(f"sqlite:///{container['volumeMounts'][0]['mountPath']}/")


UNITS = ("blockwire.service", "blockwire-stream.service", "blockwire.timer")


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units as they would be installed, with a program that is there."""
    for name in UNITS:
        text = (DEPLOY / "systemd" / name).read_text("utf-8")
        (tmp_path / name).write_text(text.replace("/opt/blockwire/bin/blockwire", "/bin/true"))
    drop_in = tmp_path / "blockwire.service.d"
    drop_in.mkdir()
    shutil.copy(DEPLOY / "systemd" / "elasticsearch.conf", drop_in)
    return tmp_path


def test_systemd_takes_the_units(units: Path) -> None:
    done = subprocess.run(
        [tool("systemd-analyze"), "verify", "--man=no", *(units / name for name in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("name", ["blockwire.service", "blockwire-stream.service"])
def test_systemd_finds_the_service_little_exposed(units: Path, name: str) -> None:
    done = subprocess.run(
        [tool("systemd-analyze"), "security", "--offline=true", "--threshold=25", units / name],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_timer_and_cron_mean_every_ten_minutes() -> None:
    (calendar,) = unit("blockwire.timer")["Timer"]["OnCalendar"]
    _, fields = cron_line()
    assert fields[:5] == ["*/10", "*", "*", "*", "*"]
    done = subprocess.run([tool("systemd-analyze"), "calendar", calendar], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "*:00/10:00" in done.stdout


@pytest.mark.parametrize("name", ["blockwire.service", "blockwire-stream.service"])
def test_the_service_writes_where_it_may(name: str) -> None:
    service = unit(name)["Service"]
    assert service["ProtectSystem"] == ["strict"]
    assert service["Environment"] == [f"BLOCKWIRE_STORE=sqlite:////var/lib/{service['StateDirectory'][0]}/wire.sqlite"]
