"""Which system account a PostgreSQL server runs as: it refuses to be root."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path


@dataclass(frozen=True)
class Account:
    """A system account by its numbers."""

    name: str
    uid: int
    gid: int

    def may_enter(self, folder: Path) -> bool:
        """True when this account can reach and read `folder`."""
        test = subprocess.run(
            ["test", "-r", str(folder), "-a", "-x", str(folder)],
            user=self.uid, group=self.gid, extra_groups=[], cwd="/", check=False,
        )  # fmt: skip
        return test.returncode == 0


def server_account() -> Account | None:
    """None for an ordinary user, who runs the server himself; for root `postgres` where it exists, else `nobody`."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    return Account("nobody", 65534, 65534)


def place_for(folder: Path, account: Account | None) -> Path:
    """`folder`, or, when it lies under a folder that `account` may not enter, one under /var/tmp that belongs to it.

    Root's checkouts are often private (0700); the server's account could not even reach its data there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if account is None:
        return folder
    os.chown(folder, account.uid, account.gid)
    if account.may_enter(folder):
        return folder
    place = outside_place(folder)
    place.mkdir(mode=0o700, exist_ok=True)
    # /var/tmp is everybody's: never trust a folder there that somebody else put in our way.
    if place.is_symlink() or place.stat().st_uid not in (0, account.uid):
        raise PermissionError(f"{place} belongs to somebody else; remove it and start again")
    os.chown(place, account.uid, account.gid)
    return place


def outside_place(folder: Path) -> Path:
    """The folder under /var/tmp that stands in for `folder`."""
    return Path("/var/tmp") / f"xlcfi-{sha256(str(folder.resolve()).encode()).hexdigest()[:12]}"


def programs_for(programs: Path, account: Account | None, copies: Path) -> Path:
    """`programs` (a folder with bin, lib and share), or its copy under `copies` where `account` cannot read it.

    A wheel keeps libraries beside its package, in PACKAGE.libs, and its programs look for them by relative path: so
    the copy is laid out in the same way.
    """
    if account is None or account.may_enter(programs / "bin"):
        return programs
    package = programs.parent
    copy = copies / package.name / programs.name
    if not copy.exists():
        partial = copies.with_name(copies.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(copies, ignore_errors=True)
        shutil.copytree(programs, partial / package.name / programs.name, symlinks=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, partial / libraries.name, symlinks=True)
        for path in [partial, *partial.rglob("*")]:
            os.chown(path, account.uid, account.gid, follow_symlinks=False)
        partial.rename(copies)
    return copy
