"""Contents that nobody holds any longer leave the disk, as they leave Cloud Fax."""

from faxrouter_simulators.store import Store


def forget_content(store: Store, sha256: str) -> None:
    """Unless a fax in the queue or a job that is not purged has the same content."""
    held = store.row(
        "SELECT 1 FROM faxes WHERE sha256 = ? AND state <> 'deleted' UNION ALL"
        " SELECT 1 FROM job_documents WHERE sha256 = ?",
        sha256,
        sha256,
    )
    if held is None:
        store.content(sha256).unlink(missing_ok=True)
