"""A simulated Cloud Fax for each test, and somebody whom its webhooks call; a simulated Extended ECM for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cloudfax_world import CloudFaxAtWork, Receiver, Socket, cloudfax_at_work, receiver_at
from opentext.at_work import Session, XecmAtWork, xecm_at_work


@pytest.fixture(scope="session")
def cloudfax_socket() -> Iterator[Socket]:
    socket = Socket()
    yield socket
    socket.close()


@pytest.fixture(scope="session")
def cloudfax_receiver_socket() -> Iterator[Socket]:
    socket = Socket()
    yield socket
    socket.close()


@pytest.fixture
def cloudfax(tmp_path: Path, cloudfax_socket: Socket) -> Iterator[CloudFaxAtWork]:
    with cloudfax_at_work(tmp_path / "cloudfax", cloudfax_socket) as at_work:
        yield at_work


@pytest.fixture
def cloudfax_receiver(cloudfax_receiver_socket: Socket) -> Receiver:
    return receiver_at(cloudfax_receiver_socket)


@pytest.fixture
def xecm_clinic(tmp_path: Path) -> Iterator[XecmAtWork]:
    with xecm_at_work(tmp_path / "xecm") as at_work:
        yield at_work


@pytest.fixture
def xecm_fax(xecm_clinic: XecmAtWork) -> Session:
    """The service user who files faxes."""
    return xecm_clinic.as_user("svc_fax")


@pytest.fixture
def xecm_admin(xecm_clinic: XecmAtWork) -> Session:
    return xecm_clinic.as_user("Admin")
