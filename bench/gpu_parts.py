"""The parts of the report on a GPU (gpu_report.py): what each does, how long it may take, and what it needs."""

import importlib.util
import os
import pathlib
import sys
from dataclasses import dataclass, field
from typing import Callable

import compare_gpu

MINUTES = 8  # that the boxes are made for
ENDING = 10  # seconds of these for ending what hangs
NO_DEVICE = 4  # exit code of our programs (base/error.h)


@dataclass(frozen=True)
class Sizes:
    """How much is done; the small ones are for a device that the host plays."""
    jobs: tuple = ("J1", "J4")
    batch: int = 0  # 0: each job's own
    turns: tuple = ()
    ceilings: tuple = ()
    digits: tuple = ("940", "97")  # steps, per cent
    drawing: float = 0.0  # seconds that operations are drawn for; 0: until the time is over


REAL = Sizes()
SMALL = Sizes(jobs=("J2",), batch=4, turns=("--turn", "1"), ceilings=("--small",), digits=("20", "15"), drawing=0.5)


@dataclass(frozen=True)
class Command:
    words: tuple
    label: str = ""  # goes before the names of its figures
    environment: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    name: str
    what: str
    seconds: int  # of its box, of MINUTES
    expected: str
    commands: Callable  # (report, seconds): a list of Command, which share the time
    needs: tuple = ()  # of NEEDS
    most: int = 0  # seconds that it may take instead, at the cost of those behind it


def build(run, _):
    folder = run.chosen.output / ("build-" + "-".join(f"sm_{a}" for a in run.architectures or ["all"]))
    run.programs = folder / "bare"
    return [Command((
        "make", "--no-print-directory", f"-j{len(os.sched_getaffinity(0))}", f"BUILD={folder}",
        *([f"CUDA_ARCHITECTURES={' '.join(run.architectures)}"] if run.architectures else []), "bare-tools",
    ), environment={"MAKEFLAGS": "", "MFLAGS": "", "MAKELEVEL": "0"})]


def machine(run, _):
    tool = str(run.programs / "bench/ceilings_gpu")
    commands = [Command((tool, *run.sizes.ceilings))]
    if run.python_cudnn:
        commands.append(Command((tool, "--libraries"), "python.", {"CUVETTE_CUDNN": run.python_cudnn}))
    return commands


def sample(run, seconds, words, label, environment):
    # A program that starts and ends takes some of its time.
    drawing = run.sizes.drawing or max(0.0, 0.9 * seconds - 2)
    return Command((str(run.programs / "tests/bare/sample_ops"), *words, f"{drawing:.1f}"), label, environment)


def operations(run, seconds):
    return [sample(run, min(seconds, run.box("operations")), ["1"], "columns.", {"CUVETTE_CUDNN": "0"})]


def operations_cudnn(run, seconds):
    return [sample(run, min(seconds, run.box("operations-cudnn")), ["1"], "cudnn.", run.cudnn)]


def more_operations(run, seconds):
    ways = {"more.columns.": {"CUVETTE_CUDNN": "0"}} | ({} if no_cudnn(run) else {"more.cudnn.": run.cudnn})
    return [sample(run, seconds / len(ways), ["--go-on", "1000000"], label, way) for label, way in ways.items()]


def digits(run, _):
    tool = str(run.programs / "tests/bare/learn_digits")
    return [Command((tool, precision, *run.sizes.digits), f"digits.{precision}.", run.cudnn)
            for precision in ("fp32", "bf16")]


def compare(run, seconds, rounds, settings):
    return [Command((
        sys.executable, str(pathlib.Path(__file__).with_name("compare_gpu.py")), str(run.programs / "bench/step_gpu"),
        "--only-print", "--ceilings", str(run.file("machine")), "--peers", str(run.chosen.peers), "--jobs",
        *run.sizes.jobs, "--precisions", "bf16", "fp32", "--rounds", str(rounds), "--patience", f"{seconds:.1f}",
        *(["--batch", str(run.sizes.batch)] if run.sizes.batch else []), *run.sizes.turns, "--settings", *settings,
    ), environment={"TORCHINDUCTOR_CACHE_DIR": str(run.chosen.output / "inductor"), **run.cudnn})]


def steps(run, seconds):
    return compare(run, seconds / 3, 3, ["eager", "graph"])


def compiled(run, seconds):
    return compare(run, seconds, 3, ["captured", "compiled"])


def profile(run, _):
    return [Command(
        compare_gpu.step_gpu(run.programs / "bench/step_gpu", job, precision,
                             run.sizes.batch or compare_gpu.BATCHES[job], ["--profile"]),
        f"{job}.{precision}.profile.", run.cudnn) for precision in ("bf16", "fp32") for job in run.sizes.jobs]


def sanitize(run, tools):
    return [Command(("tests/bare/sanitize.sh", run.chosen.sanitizer, str(run.programs / "bench/step_gpu"),
                     str(run.programs.parent / "gpu"), *tools), environment=run.cudnn)]


def sanitize_first(run, _):
    return sanitize(run, ["memcheck", "racecheck"])


def sanitize_more(run, _):
    return sanitize(run, ["initcheck", "synccheck"])


def no_build_needed(run):
    return ("not there", f"the programs in {run.chosen.programs} are used") if run.chosen.programs else None


def no_programs(run):
    built = run.chosen.programs or run.outcomes["build"].how == "passed"
    return None if built else ("not reached", "nothing was built")


def no_device(run):
    asked = run.outcomes["machine"]
    return ("not there", "no GPU; machine says why") if asked.code == NO_DEVICE and "device" not in run.known else None


def no_cudnn(run):
    return None if run.has_cudnn("cudnn") or run.cudnn else ("not there", "no cuDNN was found")


def no_torch(_):
    return None if importlib.util.find_spec("torch") else ("not there", f"{sys.executable} has no PyTorch")


def no_sanitizer(run):
    return None if run.chosen.sanitizer else ("not there", "compute-sanitizer is not in this toolkit")


# What a part may need: None where it is there, else the outcome and the reason.
NEEDS = {"to build": no_build_needed, "programs": no_programs, "device": no_device, "cudnn": no_cudnn,
         "torch": no_torch, "sanitizer": no_sanitizer}


# In the order of what matters most.
PARTS = [
    Part("build", "the programs, for the cards of this machine alone", 40,
         "20 s of one core, measured for sm_90; so 3 to 14 s", build, ("to build",), most=240),
    Part("machine", "device, driver, libraries; ceilings of copies, products and graphs", 12,
         "6 s, estimated", machine, ("programs",)),
    Part("operations", "every operation against the reference in fp32, tf32 and bf16, ragged and regular, without cuDNN",
         35, "its box: draws until that is over", operations, ("programs", "device")),
    Part("operations-cudnn", "the same with cuDNN", 30, "its box", operations_cudnn, ("programs", "device", "cudnn")),
    Part("digits", "the built-in digits to 97 % in fp32 and bf16; first 20 losses beside the CPU's, and two GPUs'", 25,
         "10 s, estimated", digits, ("programs", "device")),
    Part("steps", "J1 and J4 in bf16 and fp32 in turn with PyTorch eager and its step as one CUDA graph", 130,
         "100 to 130 s, estimated: 12 starts of 3 to 8 s, then turns", steps, ("programs", "device")),
    Part("compiled", "the same with torch.compile max-autotune", 90,
         "minutes, estimated: what it compiles in its box", compiled, ("programs", "device", "torch")),
    Part("profile", "the step's own time by operation, with launches and bytes", 28,
         "4 times 5 s, estimated", profile, ("programs", "device")),
    Part("sanitize", "memcheck and racecheck on a small training", 45,
         "40 s, estimated", sanitize_first, ("programs", "device", "sanitizer")),
    Part("sanitize-more", "initcheck and synccheck", 25, "20 s, estimated", sanitize_more,
         ("programs", "device", "sanitizer")),
    Part("more-operations", "operations again, other cases", 10, "all that is left", more_operations,
         ("programs", "device")),
]
