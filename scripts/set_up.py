"""Sets up this checkout: virtual environment, pinned packages, front-end assets. Does only what has changed.

Run by the Makefile with any Python ≥ 3.11; needs the standard library only. `--test` adds what tests need.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
APART = ("node_modules", "build", "var", "tests", "docs", "scripts")


def main():
    if sys.version_info < OLDEST:
        sys.exit(
            f"Python {sys.version.split()[0]} is too old: this needs {OLDEST[0]}.{OLDEST[1]} or newer. "
            "Name one with: make PYTHON=/path/to/python3.12 …"
        )
    # Two copies started from one checkout must not install into it at the same time.
    lock = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    make_environment()
    requirements = ["requirements.txt", *(["requirements-test.txt"] if "--test" in sys.argv else [])]
    once("packages" if len(requirements) == 1 else "packages-test", requirements, lambda: install(requirements))
    once("modules", ["package.json", "package-lock.json"], install_modules)
    once("assets", ["package-lock.json", *scripts(), *named_in_pages()], build_assets)


def make_environment():
    """Anew when this is another Python or the checkout was moved."""
    here = f"{sys.version} {ROOT}"
    stamp = VENV / ".made-for"
    if stamp.exists() and stamp.read_text() == here and PYTHON.exists():
        return
    say(f"making the virtual environment with Python {sys.version.split()[0]}")
    try:
        venv.EnvBuilder(with_pip=True, clear=True, symlinks=True).create(VENV)
    except (subprocess.CalledProcessError, ImportError):
        sys.exit("Python's venv module is incomplete. On Debian: apt install python3-venv")
    # The Makefile goes on with this Python until another one is named.
    (VENV / ".python").write_text(sys.executable)
    stamp.write_text(here)


def once(name, files, action):
    """Run the action unless it was done for exactly these files."""
    digest = hashlib.sha256()
    for file in files:
        digest.update((ROOT / file).read_bytes())
    stamp = VENV / f".done-{name}"
    missing = (
        name in ("modules", "assets") and not (ROOT / {"modules": "node_modules", "assets": "build"}[name]).exists()
    )
    if not missing and stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    action()
    stamp.write_text(digest.hexdigest())


def install(requirements):
    say(f"installing {' and '.join(requirements)}")
    files = [part for name in requirements for part in ("-r", ROOT / name)]
    run([PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "--disable-pip-version-check", *files])


def install_modules():
    say("fetching front-end assets")
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")


def build_assets():
    say("building front-end assets")
    npm("run", "--silent", "build")


def npm(*arguments):
    # node comes with the packages; its folder first on the PATH, because npm looks for it there.
    run([VENV / "bin" / "npm", *arguments], PATH=f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}")


def scripts():
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "scripts").glob("*.mjs"))


def named_in_pages():
    """What the build reads: the platform's colours, and every file that may name a class (scripts/purge_css.mjs)."""
    folders = [path for path in ROOT.iterdir() if path.is_dir() and path.name not in APART and path.name[0] != "."]
    found = (path for folder in folders for path in folder.rglob("*") if path.suffix in (".css", ".html", ".js", ".py"))
    return sorted(str(path.relative_to(ROOT)) for path in found if "migrations" not in path.parts)


def run(command, **environ):
    done = subprocess.run([str(part) for part in command], cwd=ROOT, env={**os.environ, **environ})
    if done.returncode:
        sys.exit(f"failed: {' '.join(map(str, command[:4]))} … (see above)")


def say(text):
    print(f"· {text}", flush=True)


if __name__ == "__main__":
    main()
