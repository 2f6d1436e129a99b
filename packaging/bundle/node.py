"""A node of another system: its folder, the bundle unpacked in a home of a user there, and what the bundle does."""

import base64
import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tarfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests/link"))
from far_terminal import Terminal  # noqa: E402

USER = 1000
HOME = "/home/user"
DEVICES = {"null": (1, 3), "zero": (1, 5), "urandom": (1, 9), "tty": (5, 0)}

# What may be opened beside the bundle, and why.
ALLOWED = {
    rf"{HOME}(/.*)?|/tmp(/.*)?": "the user's own",
    r"/proc/.*|/sys/.*|/dev/(null|zero|urandom|tty|pts/\d+)|/dev/shm/.*": "the kernel's: cores, memory, the terminal",
    r"/lib64/ld-linux-x86-64\.so\.2|.*/lib(c|m|dl|pthread|rt)\.so\.\d": "the node's C library, where it is the later",
    r"/etc/ld\.so\.(cache|preload)": "where the node has its driver's libraries",
    r".*/lib(cuda|nvidia)[^/]*|/dev/nvidia.*": "the driver",
    r"/usr/(lib|share)/locale/.*|.*/gconv-modules\.cache|.*/charset\.alias": "the node's names of languages",
    r"/etc/(passwd|group|nsswitch\.conf)|/etc/localtime|/usr/share/zoneinfo/.*": "its users' names, its time",
}

# JPEG files of eight by eight pixels, dark and light.
PICTURES = (
    (
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8"
        "ybqmx5moq6T/wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAABf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AFf/Z"
    ),
    (
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8"
        "ybqmx5moq6T/wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAABf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVf/Z"
    ),
)

RECIPE = """[data]
dataset = pictures
[training]
epochs = 1
batch = 8
[layers]
flatten =
dense = units=2
"""


def names_in(archive):
    with tarfile.open(archive) as packed:
        return packed.getnames()


def unpack(archive, folder):
    subprocess.run(["tar", "-xf", archive, "-C", folder], check=True)
    return pathlib.Path(folder, archive.name.removesuffix(".tar.xz"))


def differences(one, other):
    if not other.is_file():
        return ""
    with tarfile.open(one) as a, tarfile.open(other) as b:
        contents = [{m.name: packed.extractfile(m).read() for m in packed if m.isfile()} for packed in (a, b)]
    names = contents[0].keys() | contents[1].keys()
    return ", ".join(sorted(n for n in names if contents[0].get(n) != contents[1].get(n)))


def c_library(root):
    """What the bundle's launcher looks for."""
    loader = root / "lib64/ld-linux-x86-64.so.2"
    place = pathlib.Path(os.path.realpath(loader))
    for file in (place, root / str(place).lstrip("/"), *root.glob("lib/x86_64-linux-gnu/ld-*")):
        with contextlib.suppress(OSError):
            if root not in file.resolve().parents:
                continue
            version = re.search(rb"version (2\.\d+)", file.read_bytes())
            return version.group(1).decode() if version else "before 2.33"
    return None


class Node:
    def __init__(self, system, roots, archive):
        suite, _, mirror = system.partition("=")
        self.root, self.archive = pathlib.Path(roots, suite), archive
        self.kept = self.root.is_dir()
        self.mounts, self.traces = [], []
        if not self.kept:
            self._make(suite, mirror)
        self.c_library = c_library(self.root)
        self.home = self.root / HOME[1:]
        self.place = "my tools"

    def _make(self, suite, mirror):
        if suite == "busybox":
            (self.root / "bin").mkdir(parents=True)
            shutil.copy("/bin/busybox", self.root / "bin")
            (self.root / "bin/sh").symlink_to("busybox")
        else:
            words = ["debootstrap", "--variant=minbase", suite, str(self.root), *filter(None, [mirror])]
            made = subprocess.run(words, capture_output=True, text=True)
            if made.returncode:
                raise SystemExit(f"debootstrap {suite}: {made.stdout[-300:]}{made.stderr[-300:]}")

    def __enter__(self):
        shutil.rmtree(self.home, ignore_errors=True)
        for folder in ("proc", "dev", "tmp", f"{HOME[1:]}/{self.place}", f"{HOME[1:]}/bin"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        for name, numbers in DEVICES.items():
            if not (self.root / "dev" / name).exists():
                os.mknod(self.root / "dev" / name, 0o20666, os.makedev(*numbers))
                os.chmod(self.root / "dev" / name, 0o666)
        os.chmod(self.root / "tmp", 0o1777)
        self._mount("-t", "proc", "proc", self.root / "proc")
        unpack(self.archive, self.home / self.place)
        self._read_only()
        subprocess.run(["chown", "-R", f"{USER}:{USER}", str(self.home)], check=False, stderr=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        for place in reversed(self.mounts):
            subprocess.run(["umount", place], check=False)
        shutil.rmtree(self.home if self.kept else self.root, ignore_errors=True)

    def _mount(self, *words):
        subprocess.run(["mount", *map(str, words)], check=True)
        self.mounts.append(str(words[-1]))

    def _read_only(self):
        """As on a file system that nobody may write; the link is new."""
        place = self.home / self.place
        self._mount("--bind", place, place)
        self._mount("-o", "remount,bind,ro", place)
        self.mounts.pop()
        link = self.home / "bin/cuvette"
        link.unlink(missing_ok=True)
        link.symlink_to(f"{HOME}/{self.place}/{self.archive.name.removesuffix('.tar.xz')}/bin/cuvette")

    def move(self):
        """Elsewhere, after it has been used."""
        subprocess.run(["umount", str(self.home / self.place)], check=True)
        self.mounts.remove(str(self.home / self.place))
        (self.home / self.place).rename(self.home / "other tools")
        self.place = "other tools"
        self._read_only()

    def _command(self, words, inside):
        trace = self.root.parent / f"{self.root.name}.trace.{len(self.traces)}"
        self.traces.append(trace)
        strace = ["strace", "-f", "-qq", "--seccomp-bpf", "-o", str(trace), "-e", "trace=open,openat,execve"]
        chroot = [shutil.which("chroot"), f"--userspec={USER}:{USER}", str(self.root)]
        shell = ["/bin/sh", "-c", f'cd {HOME} && exec "$@"', "sh"] if inside else []
        return [*strace, *chroot, *shell, f"{HOME}/bin/cuvette", *words]

    def run(self, *words):
        environment = {"HOME": HOME, "PATH": "/bin:/usr/bin", "LANG": "en_US.UTF-8"}
        done = subprocess.run(self._command(words, True), env=environment, capture_output=True, text=True)
        if done.returncode:
            print(done.stdout[-500:], done.stderr[-500:])
        return done

    def shows_screen(self, kind):
        environment = {"HOME": HOME, "TERM": kind, "LC_ALL": "en_US.UTF-8"}
        terminal = Terminal(self._command(["--recipe", "mnist-cnn"], False), environment=environment)
        try:
            terminal.wait_for("Dataset")
            return "▸".encode() in terminal.text
        finally:
            os.killpg(terminal.process, signal.SIGKILL)  # strace, and what it follows
            terminal.close()

    def write_pictures(self):
        (self.home / "pictures.ini").write_text(RECIPE)
        for name, picture in zip(("dark", "light"), PICTURES):
            folder = self.home / "pictures" / name
            folder.mkdir(parents=True)
            for i in range(20):
                (folder / f"{i}.jpg").write_bytes(base64.b64decode(picture))
        subprocess.run(["chown", "-R", f"{USER}:{USER}", str(self.home / "pictures")], check=True)

    def foreign_files(self):
        """What was opened from where the launcher began."""
        foreign = set()
        for trace in self.traces:
            begun = False
            for line in trace.read_text(errors="replace").splitlines():
                begun = begun or f'execve("{HOME}/bin/cuvette"' in line
                opened = re.search(r'open(?:at)?\((?:AT_FDCWD, )?"(/[^"]*)".* = \d+$', line)
                if begun and opened and not any(re.fullmatch(a, os.path.normpath(opened.group(1))) for a in ALLOWED):
                    foreign.add(opened.group(1))
            trace.unlink()
        return sorted(foreign)
