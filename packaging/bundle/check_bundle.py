"""What a bundle promises, tried: in the folders of other systems, in one with nothing but busybox, beside the
installed program, from a slow disk, and built a second time.

    check_bundle.py ARCHIVE PROGRAM [--systems bullseye,sid,busybox] [--roots FOLDER]
                    [--only systems|speed|bytes]

Needs root, debootstrap, busybox-static and strace, and the network for systems that are not below --roots yet.
A system is a suite that debootstrap knows, with =MIRROR where it has none for it: bionic=URL.
"""

import argparse
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/link"))
import node  # noqa: E402
from far_terminal import Terminal  # noqa: E402

TURNS = 25  # of starts
TRAININGS = 5
SLOW_OPEN = 1000  # microseconds
START, TRAINING, FIRST_SCREEN = 1.20, 1.02, 1.0  # the most, as the bundle's part of the installed one's; in seconds
failed = []


def say(good, words):
    print(("  ok      " if good else "  FAILED  ") + words, flush=True)
    if not good:
        failed.append(words)


def try_node(system, roots, archive):
    print(f"{system}:", flush=True)
    with node.Node(system, roots, archive) as there:
        say(True, f"C library of the node: {there.c_library or 'none'}")
        trained = there.run("train", "mnist-mlp", "--epochs", "1")
        say("run folder" in trained.stdout, "trains, started through a link, with a blank in its path, read-only")
        there.move()
        there.run("export", "1", "--out", "charts")
        chart = there.home / "charts/loss.png"
        say(chart.is_file() and chart.read_bytes().startswith(b"\x89PNG"), "exports charts, after it was moved")
        there.write_pictures()
        pictures = there.run("train", "pictures.ini")
        say("run folder" in pictures.stdout, "trains on a folder of JPEG files")
        for kind in ("xterm-256color", "screen", "a-terminal-of-nobody"):
            say(there.shows_screen(kind), f"shows its screen on a terminal of type {kind}")
        foreign = there.foreign_files()
        others = "".join(f"\n    {name}" for name in foreign)
        say(not foreign, f"opens nothing but its own, the user's and the node's{others}")


def seconds_of(words, environment):
    """Wall clock and processor of a run."""
    begin = time.perf_counter()
    process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{words} ended with {process.returncode}")
    return time.perf_counter() - begin, used.ru_utime + used.ru_stime


def compare(what, most, turns, bundled, installed, words, home):
    environment = {**os.environ, "CUVETTE_HOME": str(home)}
    times = {bundled: [], installed: []}
    for _ in range(turns):
        for program in times:
            times[program].append(seconds_of([str(program), *words], environment))
    for kind, index in (("wall clock", 0), ("processor", 1)):
        of = {p: [t[index] for t in times[p]] for p in times}
        least = min(of[bundled]) / min(of[installed])
        middle = statistics.median(of[bundled]) / statistics.median(of[installed])
        say(min(least, middle) <= most, f"{what}, {kind}: {middle:.3f} of the installed one's by medians "
            f"({statistics.median(of[bundled]):.4f} s), {least:.3f} by minima; at most {most}")


def first_screen(program, home, slow):
    """Seconds until the panels are there."""
    with tempfile.NamedTemporaryFile() as trace:
        strace = ["strace", "-f", "-qq", "--seccomp-bpf", "-o", trace.name, "-e", "trace=open,openat"]
        inject = ["-e", f"inject=open,openat:delay_enter={SLOW_OPEN}"] if slow else []
        words = [str(program), "--recipe", "mnist-cnn"]  # past the page that asks what to do first
        terminal = Terminal([*strace, *inject, *words], environment={"CUVETTE_HOME": str(home)})
        try:
            terminal.wait_for("Dataset")
            return time.monotonic() - terminal.begun, len(trace.read().splitlines())
        finally:
            os.killpg(terminal.process, signal.SIGKILL)
            terminal.close()


def try_speed(bundled, installed, home):
    print("beside the installed program, in turn:", flush=True)
    compare("start (--version)", START, TURNS, bundled, installed, ["--version"], home)
    training = ["train", "mnist-cnn", "--epochs", "1", "--device", "cpu:1", "--quiet"]
    compare("training (mnist-cnn on digits)", TRAINING, TRAININGS, bundled, installed, training, home)
    slow = [first_screen(bundled, home, True) for _ in range(TRAININGS)]
    quick = [first_screen(bundled, home, False) for _ in range(TRAININGS)]
    seconds, opens = min(slow)
    say(seconds < FIRST_SCREEN, f"first screen in {seconds:.2f} s with {SLOW_OPEN / 1000:g} ms in each of {opens} "
        f"opens ({min(quick)[0]:.2f} s without them, both under strace)")


def try_bytes(archive):
    """From a clone of its own, so that what is not committed is not in it."""
    print("built a second time, elsewhere:", flush=True)
    with tempfile.TemporaryDirectory(prefix="cuvette-elsewhere-") as folder:
        subprocess.run(["git", "clone", "-q", str(ROOT), folder], check=True)
        cuda = [] if any("libcuvette-cuda" in name for name in node.names_in(archive)) else ["CUDA=no"]
        make = [os.environ.get("MAKE", "make"), "bundle", "BUILD=build", *cuda]
        made = subprocess.run(make, cwd=folder, capture_output=True, text=True)
        again = pathlib.Path(folder, "build", archive.name)
        same = again.is_file() and again.read_bytes() == archive.read_bytes()
        others = "" if same else f": other are {made.stderr[-500:]}{node.differences(archive, again)}"
        say(same, f"the same bytes{others}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("archive", type=pathlib.Path)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--systems", default="bullseye,sid,busybox")
    parser.add_argument("--roots", type=pathlib.Path, help="where systems are kept; otherwise they are removed")
    parser.add_argument("--only", choices=("systems", "speed", "bytes"))
    wanted = parser.parse_args()
    if os.geteuid() != 0:
        raise SystemExit("check-bundle needs root, for the folders of other systems")
    if not os.environ.get("CUVETTE_CHECK_BUNDLE"):  # what is mounted goes with it
        environment = {**os.environ, "CUVETTE_CHECK_BUNDLE": "1"}
        os.execvpe("unshare", ["unshare", "--mount", sys.executable, *sys.argv], environment)
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        if wanted.only in (None, "systems"):
            for system in wanted.systems.split(","):
                try_node(system, wanted.roots or scratch, wanted.archive.resolve())
        if wanted.only in (None, "speed"):
            top = node.unpack(wanted.archive.resolve(), scratch)
            try_speed(top / "bin/cuvette", wanted.program.resolve(), scratch / "home")
        if wanted.only in (None, "bytes"):
            try_bytes(wanted.archive.resolve())
    print(f"{len(failed)} failed" if failed else "all as promised")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
