"""Makes each call of a function fail, one after another, in short runs of the program, and looks at what is left.

    python3 bench/faults.py PROGRAM FAULTS.so [CALL[:ERROR] ...] [--own] [--every N] [--first N] [--command NAME]

FAULTS.so is made of tests/fakes/faults.c. CALL is one that it knows, ERROR a number of <errno.h> or "short"; without
any, all that a disk and a small memory do. `--own`: only calls that stand in the program itself. `--first` is the first
of every N that is tried, so that several of these share a long list. Python's standard library only. A fault is one of
ours if the program hangs, crashes, leaves a damaged file, says nothing, or ends with 0 and has not done all. Ends with 1
if there was one. Libraries that crash where they get no memory are counted by the function.
"""
import argparse
import errno
import fcntl
import json
import os
import pty
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

CALLS = [("malloc", errno.ENOMEM), ("open", errno.EIO), ("read", errno.EIO), ("read", "short"), ("read", errno.EINTR),
         ("write", errno.ENOSPC), ("write", "short"), ("write", errno.EINTR), ("fsync", errno.EIO),
         ("rename", errno.EIO), ("ftruncate", errno.EIO), ("close", errno.EIO), ("mkdir", errno.ENOSPC),
         ("unlink", errno.EIO)]
SECONDS = 300
RECIPE = """[data]
dataset = digits
[training]
epochs = 2
batch = 512
checkpoint = 0.000001
device = cpu:1
[layers]
conv2d = filters=2 kernel=5 stride=4 activation=relu
batch_norm =
flatten =
dense = units=10
"""


BY_CHANCE = ("load", "alert")  # lines by the clock, and those that tell of what failed and went well when tried again


def without(point):
    """What is the same in each run."""
    return sorted(point)


def whole_checkpoint(path):
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    end = max(array["data_offsets"][1] for name, array in header.items() if name != "__metadata__")
    assert os.path.getsize(path) == 8 + length + end, "another length than its header says"
    return [sorted(header), sorted(header["__metadata__"])]


def whole_hdf5(path):
    with open(path, "rb") as file:
        content = file.read()
    begin = content.find(b"\x89HDF\r\n\x1a\n")
    assert begin >= 0, "no HDF5 file"
    at = begin + {0: 40, 2: 28, 3: 28}[content[begin + 8]]
    assert int.from_bytes(content[at:at + 8], "little") in (len(content), len(content) - begin), "cut off"
    return len(content)


def whole_lines(path):
    with open(path) as lines:
        text = lines.read()
    assert not text or text.endswith("\n"), "half a line at the end"
    points = [point for point in map(json.loads, text.splitlines()) if point["kind"] not in BY_CHANCE]
    return sorted({(point["kind"], *without(point)) for point in points})


def whole_summary(path):
    with open(path) as file:
        summary = json.load(file)
    return without(summary), summary["state"], summary["error"]


def ends_with(*ends):
    def whole(path):
        with open(path, "rb") as file:
            content = file.read()
        assert content.endswith(ends), "cut off"
        return "whole"

    return whole


LOOKS = {"checkpoint.safetensors": whole_checkpoint, "model.h5": whole_hdf5, "best.h5": whole_hdf5,
         "metrics.jsonl": whole_lines, "summary.json": whole_summary, "recipe.ini": lambda path: open(path).read(),
         "made.h5": whole_hdf5}
PICTURES = {".png": ends_with(b"IEND\xaeB`\x82"), ".svg": ends_with(b"</svg>\n", b"</svg>"), ".csv": ends_with(b"\n"),
            ".html": ends_with(b"</html>\n"), ".md": ends_with(b"\n")}


def look(folder):
    """What is in the files of a folder; raises where one is damaged."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            whole = LOOKS.get(name) or PICTURES.get(os.path.splitext(name)[1])
            try:
                if whole:
                    found[name] = whole(os.path.join(place, name))
            except Exception as problem:
                raise ValueError(f"{name} is damaged: {problem!r}") from None
    return found


def png(seed):
    """A picture of 8 x 8 pixels."""
    def chunk(kind, content):
        return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")

    rows = b"".join(b"\0" + bytes((seed * 37 + 8 * y + x) % 256 for x in range(24)) for y in range(8))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", (8).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def shape(value):
    """The keys of all of it: figures differ from run to run."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    return [shape(inner) for inner in value] if isinstance(value, list) else None


class Command:
    """What it prints is looked at, too, where that is JSON."""

    def __init__(self, words, before, environment):
        self.words, self.before, self.environment = words, before, environment

    def look(self, place, printed):
        left = look(place)
        if "--json" in self.words and printed:
            left["output"] = shape(json.loads(printed))
        return left

    def run(self, place, fault):
        """Runs it in a copy of what it works on. Exit code, standard error, what it printed."""
        shutil.copytree(self.before, place)
        words = [word.replace("@", place) for word in self.words]
        try:
            done = subprocess.run(words, env={**self.environment, **fault}, stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, errors="replace", timeout=SECONDS, cwd=place)
        except subprocess.TimeoutExpired:
            return "hangs", "", None
        return done.returncode, done.stderr, done.stdout


class Screen(Command):
    """The workbench, in a terminal of its own: a key whenever it has drawn and is still, and in the end those that leave."""
    STILL = 0.15

    def __init__(self, words, before, environment, keys):
        super().__init__(words, before, {**environment, "TERM": "xterm-256color"})
        self.keys = keys

    def run(self, place, fault):
        shutil.copytree(self.before, place)
        own, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        with subprocess.Popen([word.replace("@", place) for word in self.words], env={**self.environment, **fault},
                              stdin=terminal, stdout=terminal, stderr=subprocess.PIPE, text=True, errors="replace",
                              cwd=place, start_new_session=True) as program:
            os.close(terminal)
            code = self.press(own, program)
            said = program.stderr.read()
        os.close(own)
        return code, said, None

    def press(self, own, program):
        keys, end, left = list(self.keys), time.monotonic() + SECONDS, False
        while time.monotonic() < end:
            readable = select.select([own], [], [], self.STILL)[0]
            try:
                drawn = os.read(own, 65536) if readable else b""
            except OSError:  # nobody has the terminal any more
                break
            left |= b"\x1b[?1049l" in drawn
            answers = b"\x1b[0n" * drawn.count(b"\x1b[5n")
            if answers or not (readable or left):
                os.write(own, answers or (keys.pop(0) if keys else "q").encode())
        try:
            return program.wait(max(end - time.monotonic(), 1))
        except subprocess.TimeoutExpired:
            program.kill()
            return "hangs"


class Crash(str):
    """Of a library."""


def crashed_library(crashed, asked):
    """Of the frames of a crash, innermost first: the function, or a caller of it that has a name, if it is none of the C
    library nor of the program. Where the stack is lost, of those of the call that failed: who had asked for it, and
    then jumped astray."""
    frames = [frame for frame in crashed or asked if not frame.startswith("libc.so")]
    if not frames or frames[0].startswith("cuvette"):
        return None
    return next((frame for frame in frames if ":" in frame and not frame.startswith("cuvette")), frames[0])


def judge(command, place, number, call, error, expected):
    fault = {"FAULT_CALL": call, "FAULT_NUMBER": str(number), "FAULT_ERRNO": str(error), "FAULT_COUNT": place + ".count"}
    code, said, printed = command.run(place, fault)
    lines = (open(place + ".count").read() if os.path.exists(place + ".count") else "").split("\n") + 3 * [""]
    asked, crashed = lines[1].split(), lines[2].split()
    problem = None
    try:
        left = command.look(place, printed)
    except ValueError as damage:
        problem = str(damage)
    if code == "hangs":
        problem = "hangs"
    elif code < 0 and not problem and crashed_library(crashed, asked):
        problem = Crash(crashed_library(crashed, asked))
    elif code < 0:
        problem = f"ends with signal {-code} in {' '.join(crashed[1:5])}"
    elif not problem and code == 0:
        problem = next((f"ends with 0, but {name} is {left.get(name)!r:.200}" for name in expected
                        if left.get(name) != expected[name]), None)
    elif not problem and not said.strip():
        problem = f"ends with {code} and says nothing"
    shutil.rmtree(place, ignore_errors=True)
    if isinstance(problem, Crash):
        return problem
    return problem and f"{call} {number} ({error}), asked by {' '.join(asked[:4])}: {problem}; {said.strip()[-200:]}"


def prepare(program, library, place):
    environment = {**os.environ, "LD_PRELOAD": library, "OPENBLAS_NUM_THREADS": "1", "HOME": place,
                   "CUVETTE_HOME": os.path.join(place, "home"), "CUVETTE_PROBE": "off"}
    environment.pop("FAULT_CALL", None)
    empty, stopped, ended, listed, images = (os.path.join(place, name) for name in ("empty", "stopped", "ended", "listed",
                                                                                    "images"))
    os.makedirs(empty)
    with open(os.path.join(empty, "r.ini"), "w") as file:
        file.write(RECIPE)
    train = [program, "train", "r.ini", "--quiet", "--run"]
    subprocess.run([*train, stopped], cwd=empty, env=environment, check=True)
    shutil.copytree(stopped, ended)
    for name in ("a", "b"):
        shutil.copytree(ended, os.path.join(listed, name))
    for index in range(6):
        folder = os.path.join(images, f"c{index % 2}")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, f"{index}.png"), "wb") as file:
            file.write(png(index))
    return {
        "train": Command([*train, "@/run"], empty, environment),
        "resume": Command([program, "resume", "@", "--epochs", "3", "--quiet"], stopped, environment),
        "evaluate": Command([program, "evaluate", "@"], ended, environment),
        "import": Command([program, "data", "import", images, "@/made.h5"], empty, environment),
        "runs": Command([program, "runs", "@", "--json"], listed, environment),
        "export": Command([program, "export", "@", "--format", "png,svg,csv"], ended, environment),
        "report": Command([program, "export", "@", "--report"], ended, environment),
        "info": Command([program, "data", "info", "digits", "--json"], empty, environment),
        "devices": Command([program, "devices", "--json"], empty, environment),
        "predict": Command([program, "predict", "@", os.path.join(images, "c0"), "--json"], ended, environment),
        "inspect": Command([program, "inspect", "@", "--json"], ended, environment),
        "watch": Command([program, "watch", "@", "--plain"], ended, environment),
        "compare": Command([program, "compare", "r.ini", "--seeds", "2", "--quiet", "--out", "@/compared"], empty, environment),
        "compared": Command([program, "compare", os.path.join(listed, "a"), os.path.join(listed, "b"), "--json"], empty,
                            environment),
        "workbench": Screen([program], empty, environment, ["?", "\x1b", "\t", "q"]),
        "model": Command([program, "model", "info", "@/model.h5", "--json"], ended, environment),
    }


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program")
    parser.add_argument("library")
    parser.add_argument("calls", nargs="*")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--own", action="store_true")
    parser.add_argument("--command")
    parser.add_argument("--most", type=int, default=10**9)
    options = parser.parse_args()
    calls = [(word.split(":")[0], word.split(":")[1] if ":" in word else errno.EIO) for word in options.calls] or CALLS
    found = 0
    with tempfile.TemporaryDirectory() as place:
        if options.own:
            os.environ["FAULT_FROM"] = "program"
        commands = prepare(os.path.abspath(options.program), os.path.abspath(options.library), place)
        for name, command in commands.items():
            if options.command and name != options.command:
                continue
            for call, error in calls:
                here = os.path.join(place, "try")
                code, said, printed = command.run(here, {"FAULT_CALL": call, "FAULT_COUNT": here + ".count"})
                if code != 0:
                    sys.exit(f"{name} fails by itself: {code} {said}")
                count, expected = int(open(here + ".count").read().split()[0]), command.look(here, printed)
                shutil.rmtree(here)
                numbers = range(options.first, min(count, options.most) + 1, options.every)
                with ThreadPoolExecutor(2) as pool:
                    problems = pool.map(lambda n: judge(command, f"{here}-{n}", n, call, error, expected), numbers)
                    crashes, bad = Counter(), 0
                    for problem in filter(None, problems):
                        if isinstance(problem, Crash):
                            crashes[str(problem)] += 1
                        else:
                            bad += 1
                            print("   ", problem, flush=True)
                found += bad
                print(f"{name}: {call} ({error}): {len(numbers)} of {count} calls, {bad} bad", flush=True)
                for function, times in crashes.most_common():
                    print(f"    {function} crashed: {times}", flush=True)
    sys.exit(found > 0)


if __name__ == "__main__":
    main()
