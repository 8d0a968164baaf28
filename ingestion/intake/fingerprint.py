"""Whether a file is finished: its size, its time and its bytes stay the same while it is read."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

_HASHED_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a file was like at one moment."""

    size: int
    modified_ns: int
    sha256: str


def fingerprint_of(path: Path) -> Fingerprint:
    """What a file is like now.

    Raises:
        OSError: It is gone or cannot be read.
    """
    found = path.stat()
    return Fingerprint(found.st_size, found.st_mtime_ns, hash_of(path))


def looks_like(path: Path, before: Fingerprint) -> bool:
    """Whether a file's size and time are those of a fingerprint; reads no bytes."""
    try:
        found = path.stat()
    except OSError:
        return False
    return (found.st_size, found.st_mtime_ns) == (before.size, before.modified_ns)


def hash_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_HASHED_BYTES):
            digest.update(block)
    return digest.hexdigest()
