"""The programs that are compared, their settings, and a process of one of them that trains steps when it is told to."""

import contextlib
import os
import pathlib
import re
import select
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

HERE = pathlib.Path(__file__).parent
PEERS = HERE / "peers"
WARM_UP, TURN = 50, 800  # milliseconds of a turn that do not count, and that do
CLOSING = 10  # seconds that a program may take to end
RAISED = re.compile(r"[\w.]+(Error|Exception|Interrupt): ")


@dataclass(frozen=True)
class Program:
    name: str
    command: tuple  # to which recipe, setting and threads are added
    settings: dict  # name: what it means
    start: str = ""  # the setting whose start and memory are measured


PYTORCH = Program(
    "PyTorch",
    (sys.executable, str(PEERS / "torch_peer.py")),
    {
        "eager-nchw": "eager, channels first",
        "eager-nhwc": "eager, channels last",
        "compiled-nchw": "torch.compile, channels first",
        "compiled-nhwc": "torch.compile, channels last",
    },
    start="eager-nhwc",
)
KERAS = Program(
    "Keras",
    (sys.executable, str(PEERS / "keras_peer.py")),
    {
        "graph": "graph",
        "jit": "graph, jit_compile",
        "graph-loop": "graph, ten steps a call",
        "jit-loop": "graph, jit_compile, ten steps a call",
    },
    start="graph",
)


def cuvette(step_cpu):
    """The kernels' variants by name; "" is what cuvette takes by itself."""
    settings = {"": "as it comes"}
    if "avx512f" in pathlib.Path("/proc/cpuinfo").read_text():
        settings["avx2"] = "kernels for AVX2"
    return Program("cuvette", (str(step_cpu), "--serve"), settings)


class Failure(Exception):
    """One sentence for whoever ran the benchmark."""


class Worker:
    """A program with one setting. `started` is how many seconds went by from its start to the end of its first step;
    `patience` is how many it may take for an answer, and for its start, before it is given up."""

    def __init__(self, program, setting, recipe=None, threads=None, patience=None):
        self.program, self.setting, self.patience = program, setting, patience
        self.times = []  # milliseconds of steps, of all turns
        self.complaints = tempfile.TemporaryFile("w+")
        begin = time.perf_counter()
        self.process = subprocess.Popen(
            self._command(recipe, threads), env=self._environment(threads), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.complaints,
        )
        try:
            answer = self._answer()
        except Failure:
            self.close()
            raise
        self.started = time.perf_counter() - begin
        self.version = answer.removeprefix("ready ")

    def _command(self, recipe, threads):
        if recipe is None:  # the program's command says all
            return self.program.command
        setting = [self.setting] if self.program.name != "cuvette" else []
        return [*self.program.command, recipe, *setting, str(threads)]

    def _environment(self, threads):
        # What torch.compile made is kept for the next time.
        variables = {"TORCHINDUCTOR_CACHE_DIR": os.environ.get(
            "TORCHINDUCTOR_CACHE_DIR", str(pathlib.Path(sys.prefix) / "inductor"))}
        if threads is not None:
            variables["OMP_NUM_THREADS"] = str(threads)
        if self.program.name == "cuvette" and self.setting:
            variables["CUVETTE_CPU"] = self.setting
        return os.environ | variables

    def _answer(self):
        if not select.select([self.process.stdout], [], [], self.patience)[0]:
            self.process.kill()
            raise Failure(f"{self} did not answer within {self.patience:g} s")
        line = self.process.stdout.readline().strip()
        if line:
            return line
        status = self.process.wait()
        self.complaints.seek(0)
        lines = self.complaints.read().strip().splitlines() or [f"no reason given (status {status})"]
        # What Python raised stands at the start of a line, but not always of the last.
        complaint = ([line for line in lines if RAISED.match(line)] or lines)[-1]
        raise Failure(f"{self} ended: {complaint}")

    def __str__(self):
        return f"{self.program.name}, {self.program.settings[self.setting]},"

    def train(self, milliseconds):
        """Trains so long, at least a step; the milliseconds that each step took."""
        with contextlib.suppress(BrokenPipeError):  # then there is no answer
            print(milliseconds, file=self.process.stdin, flush=True)
        return [float(word) for word in self._answer().split()]

    def peak_memory(self):
        """Bytes: the most that was ever resident."""
        return peak_memory(self.process.pid)

    def close(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            self.process.wait(CLOSING)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.complaints.close()


def take_turns(workers, rounds, turn=TURN):
    """A turn is so many milliseconds. Raises the Failure of one that ends before it is told to."""
    for _ in range(rounds):
        for worker in workers:
            worker.train(WARM_UP)
            worker.times += worker.train(turn)


def median(worker):
    return statistics.median(worker.times)


def peak_memory(process):
    for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise Failure("the system does not say how much memory a process had")
