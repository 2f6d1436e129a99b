"""Times training steps of cuvette and PyTorch on a CUDA device in turn, and writes a section of docs/benchmarks.md.

Without PyTorch in the Python that runs this cuvette is timed alone, which is said. Each precision is compared with the
same one. PyTorch trains on a ready tensor of normalised floats, channels last; cuvette's step gathers and normalises
bytes. What is known is printed as soon as it is, as rows for people and as figures (figures.py).
"""

import argparse
import contextlib
import datetime
import importlib.util
import pathlib
import statistics
import subprocess
import sys
from dataclasses import dataclass

import figures
import recipe as recipes
import report
from report import milliseconds
from workers import PEERS, TURN, Failure, Program, Worker, take_turns

JOBS = {"J1": "cifar10-lesson", "J2": "mnist-mlp", "J4": "places365-workshop"}
BATCHES = {"J1": 250, "J2": 32, "J4": 256}  # J4's own is for small GPUs
PRECISIONS = ["bf16", "tf32", "fp32"]
SETTINGS = {
    "eager": "eager",
    "graph": "eager, the step one CUDA graph",
    "compiled": "torch.compile max-autotune",
    "captured": "torch.compile max-autotune, the step one CUDA graph",
}
HEADS = ["job", "program", "batch", "median ms", "minimum ms", "images/s", "times ours", "minima", "% of products",
         "% of memory"]


def step_gpu(executable, job, precision, batch, mode=()):
    """The command that trains a job; a mode is an option before the words that say what."""
    recipe = recipes.load(JOBS[job])
    layers = [" ".join([kind, *(f"{key}={value}" for key, value in settings.items())])
              for kind, settings in recipe.layers]
    sizes = [*recipe.image, recipe.classes, batch]
    return (str(executable), *mode, precision, *map(str, sizes), *layers)


def pytorch(peers, job, precision, batch, setting):
    command = (sys.executable, str(peers / "torch_gpu_peer.py"), JOBS[job], setting, precision, str(batch))
    return Program("PyTorch", command, {setting: f"{SETTINGS[setting]}, {precision}"})


def ask(*command):
    try:
        return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True).stdout.strip()
    except subprocess.CalledProcessError as error:
        raise Failure(error.stderr.strip()) from error
    except OSError as error:
        raise Failure(f"{command[0]} cannot be run: {error.strerror}") from error


def device(executable):
    """Name and memory of the GPU that steps are timed on, and the driver, where its own tool tells it."""
    name, place = ask(executable, "--device").splitlines()
    with contextlib.suppress(Failure):
        return f"{name}, driver " + ask(
            "nvidia-smi", f"--id={place}", "--query-gpu=driver_version", "--format=csv,noheader")
    return f"{name}, driver unknown (nvidia-smi does not answer)"


def ceilings(chosen):
    """What the device can do at most, from a file or measured now."""
    if chosen.ceilings:
        return figures.read_file(chosen.ceilings)
    return dict(filter(None, map(figures.read, ask(chosen.executable.parent / "ceilings_gpu").splitlines())))


@dataclass(frozen=True)
class Timed:
    """A program's steps, and ours of the same turns; milliseconds."""
    name: str  # of its figures
    words: str
    times: list
    ours: list


class Comparison:
    """A job in one precision. Each setting of PyTorch has its own turns with cuvette: two of them and cuvette together
    can need more memory than a GPU has."""

    def __init__(self, chosen, most, job, precision):
        self.chosen, self.job, self.precision = chosen, job, precision
        self.batch = chosen.batch or BATCHES[job]
        self.timed, self.versions, self.failures = [], set(), []
        counted = ask(*step_gpu(chosen.executable, job, precision, self.batch, ["--count"]))
        work = dict(filter(None, map(figures.read, counted.splitlines())))
        self.least = {  # milliseconds, at the ceilings
            "products": self._at(work["flops"].value * 1e-12, most.get(f"product_{precision}")),
            "memory": self._at(work["bytes"].value * 1e-9, most.get("copy")),
        }

    @staticmethod
    def _at(amount, ceiling):
        return amount / ceiling.value * 1e3 if isinstance(ceiling, figures.Figure) and ceiling.value > 0 else None

    def _shares(self, timed):
        """Per cent of the ceilings, by the plan's count; another program moves other bytes."""
        shares = {name: 100 * least / statistics.median(timed.times) if least else None
                  for name, least in self.least.items()}
        return shares if timed.name == "cuvette" else shares | {"memory": None}

    def _tell(self, timed):
        name, median = f"{self.job}.{self.precision}.{timed.name}", statistics.median(timed.times)
        figures.tell(f"{name}.median", median, "ms")
        figures.tell(f"{name}.minimum", min(timed.times), "ms")
        figures.tell(f"{name}.images", self.batch / median * 1e3, "images/s")
        for share, value in self._shares(timed).items():
            if value is not None:
                figures.tell(f"{name}.of_{share}", value, "%")
        if timed.name != "cuvette":
            figures.tell(f"{name}.times", median / statistics.median(timed.ours), "times")
            figures.tell(f"{name}.times_minima", min(timed.times) / min(timed.ours), "times")

    def _row(self, timed):
        median = statistics.median(timed.times)
        shares = [f"{value:.1f}" if value is not None else "-" for value in self._shares(timed).values()]
        return [self.job, f"{timed.words}, {self.precision}", str(self.batch), milliseconds(median),
                milliseconds(min(timed.times)), f"{self.batch / median * 1e3:,.0f}",
                f"{median / statistics.median(timed.ours):.2f}", f"{min(timed.times) / min(timed.ours):.2f}", *shares]

    def _fail(self, failure):
        self.failures.append(f"{self.job}: {failure}")
        print(f"bench: {self.failures[-1]}", file=sys.stderr, flush=True)

    def _open(self, program, setting):
        worker = Worker(program, setting, patience=self.chosen.patience)
        self.versions.add(worker.version)
        return worker

    def _take_turns(self, ours, setting):
        program = pytorch(self.chosen.peers, self.job, self.precision, self.batch, setting)
        with contextlib.closing(self._open(program, setting)) as peer:
            before = len(ours.times)
            take_turns([ours, peer], self.chosen.rounds, turn=self.chosen.turn)
            self.timed.append(Timed(setting, f"PyTorch, {SETTINGS[setting]}", peer.times, ours.times[before:]))

    def run(self, with_torch):
        """A peer that fails or does not answer is told of, and the others go on."""
        program = Program("cuvette", step_gpu(self.chosen.executable, self.job, self.precision, self.batch),
                          {"": self.precision})
        try:
            with contextlib.closing(self._open(program, "")) as ours:
                take_turns([ours], 1, turn=self.chosen.turn)
                self.timed.append(Timed("cuvette", "cuvette", ours.times, ours.times))
                self._tell(self.timed[0])  # whatever becomes of the others
                for setting in self.chosen.settings if with_torch else []:
                    try:
                        self._take_turns(ours, setting)
                        self._tell(self.timed[-1])
                    except Failure as failure:
                        self._fail(failure)
                        if ours.process.poll() is not None:
                            return
                self._tell(self.timed[0])
        except Failure as failure:
            self._fail(failure)

    def rows(self):
        return [self._row(timed) for timed in self.timed]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("executable", type=pathlib.Path, help="step_gpu")
    parser.add_argument("--batch", type=int, help="images a step, of every job")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--turn", type=float, default=TURN, help="milliseconds")
    parser.add_argument("--patience", type=float, help="seconds after which a program that does not answer is given up")
    parser.add_argument("--jobs", nargs="*", choices=JOBS, default=["J1", "J4"])
    parser.add_argument("--precisions", nargs="*", choices=PRECISIONS, default=PRECISIONS[:2])
    parser.add_argument("--settings", nargs="*", choices=SETTINGS, default=list(SETTINGS), help="of PyTorch")
    parser.add_argument("--peers", type=pathlib.Path, default=PEERS, help="folder of torch_gpu_peer.py")
    parser.add_argument("--ceilings", type=pathlib.Path, help="what ceilings_gpu printed, instead of running it")
    parser.add_argument("--only-print", action="store_true", help="leave docs/benchmarks.md as it is")
    return parser.parse_args()


def compare_all(chosen, with_torch):
    rows, versions, failures = [], set(), []
    most = ceilings(chosen)
    for precision in chosen.precisions:
        for job in chosen.jobs:
            comparison = Comparison(chosen, most, job, precision)
            comparison.run(with_torch)
            if comparison.timed:
                print(report.table(HEADS, comparison.rows()), flush=True)
            rows += comparison.rows()
            versions |= comparison.versions
            failures += comparison.failures
    return rows, versions, failures


def main():
    chosen = arguments()
    name = device(chosen.executable)
    with_torch = importlib.util.find_spec("torch") is not None
    without = "" if with_torch else " PyTorch was not there to compare with."
    rows, versions, failures = compare_all(chosen, with_torch)
    if rows and not chosen.only_print:
        text = "\n\n".join([
            f"{datetime.date.today()}, {name}.\n" + "; ".join(sorted(versions, key=str.lower)) + "." + without,
            report.table(HEADS, rows),
            *(["\n".join(f"- {failure}" for failure in failures)] if failures else [])])
        report.write_section("make bench-gpu", text)
    elif without:
        print(without.strip())
    if failures:
        raise Failure(failures[0] + (f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""))


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        raise SystemExit(f"bench: {failure}")
