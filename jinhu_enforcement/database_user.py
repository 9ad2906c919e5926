"""PostgreSQL refuses to run as root. Started by root, it runs as an account of its own that can reach its files."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
from pathlib import Path

ACCOUNT = "jinhu-db"
FALLBACK = "nobody"


class DatabaseUser:
    """For an ordinary user everything here does nothing."""

    def __init__(self):
        self.entry = _account() if os.geteuid() == 0 else None

    @property
    def popen(self) -> dict:
        """Arguments for subprocess: who the server runs as."""
        if not self.entry:
            return {}
        return {"user": self.entry.pw_uid, "group": self.entry.pw_gid, "extra_groups": []}

    def prepare(self, directories: list[Path], binaries: Path) -> None:
        """Let the account pass through to its data (DATA_DIR comes first), its sockets and the server's program."""
        for directory in directories:
            directory.mkdir(parents=True, exist_ok=True)
        if not self.entry:
            return
        for path in (*directories, binaries):
            _let_pass(path, directories[0])
        if any(self._refused(binaries / name) for name in ("postgres", "initdb")):
            # Installed under a umask that keeps others out. The libraries of a wheel lie beside its package.
            package = binaries.parent.parent
            for tree in (binaries.parent, package.with_name(f"{package.name}.libs")):
                _let_read(tree)

    def _refused(self, program: Path) -> bool:
        try:
            return (
                subprocess.run([str(program), "--version"], capture_output=True, cwd="/", **self.popen).returncode != 0
            )
        except PermissionError:
            return True

    def own_directory(self, path: Path) -> None:
        """Make a directory that only the account (and root) may enter."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
        if self.entry:
            os.chown(path, self.entry.pw_uid, self.entry.pw_gid)


def _account() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        pass
    useradd = shutil.which("useradd")
    if useradd:
        options = ["--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
        subprocess.run([useradd, *options, ACCOUNT], capture_output=True)
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        return pwd.getpwnam(FALLBACK)


def _let_pass(path: Path, own: Path) -> None:
    """Give others the right to pass through (not to list) each directory on the way that has not got it.

    What lies outside of `own`, our data, is said: it is somebody's decision that is changed.
    """
    for directory in [*reversed(path.resolve().parents), path.resolve()]:
        mode = stat.S_IMODE(directory.stat().st_mode)
        if not mode & stat.S_IXOTH:
            directory.chmod(mode | stat.S_IXOTH)
            if directory != own and own not in directory.parents:
                sys.stderr.write(f"{directory}: 已允许其他账号通过（{ACCOUNT} 账号运行数据库需要）\n")


def _let_read(tree: Path) -> None:
    for path in [tree, *tree.rglob("*")]:
        if path.exists() and not path.is_symlink():
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))
