"""Each contract test runs on every shipped implementation of its module's `PORT`."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from implementations import FolderImplementation, Implementation, MemoryImplementation
from opentext_implementations import CloudFaxImplementation, XecmImplementation
from outbound_implementations import MemoryOutbound
from outbound_xecm import XecmByCategory, XecmByFolder, XecmByWorkflow

Make = Callable[[Path], Implementation]

IMPLEMENTATIONS: Mapping[str, Mapping[str, Make]] = {
    "fax service": {
        "folder": FolderImplementation,
        "memory": MemoryImplementation,
        "cloudfax": CloudFaxImplementation,
    },
    "fax sender": {"memory": MemoryImplementation, "cloudfax": CloudFaxImplementation},
    "filing": {"folder": FolderImplementation, "memory": MemoryImplementation, "xecm": XecmImplementation},
    "tasks": {"folder": FolderImplementation, "memory": MemoryImplementation, "xecm": XecmImplementation},
    "records": {"folder": FolderImplementation, "memory": MemoryImplementation, "xecm": XecmImplementation},
    "outbound requests": {
        "memory": MemoryOutbound,
        "xecm-category": lambda home: XecmByCategory(home=home),
        "xecm-workflow": lambda home: XecmByWorkflow(home=home),
        "xecm-folder": lambda home: XecmByFolder(home=home),
    },
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "implementation" in metafunc.fixturenames:
        of_port = IMPLEMENTATIONS[metafunc.module.PORT]
        metafunc.parametrize("implementation", list(of_port.values()), ids=list(of_port), indirect=True)


@pytest.fixture
def implementation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Implementation]:
    make: Make = request.param
    opened = make(tmp_path)
    yield opened
    opened.close()
