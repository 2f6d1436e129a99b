"""Everything that a GPU is wanted for, in one call that keeps to its time.

Parts run one after the other, what matters most first, each in a box of time of its own: it gets its seconds and what
those before it did not need, and never more than is left of the whole. What comes out is printed and written to a file
of the part line by line, and report.md is written anew after every part, so that a call which is cut off has told all
that it knew. A part that fails, or hangs and is killed, is told, and the rest goes on.
"""

import argparse
import datetime
import importlib.util
import os
import pathlib
import re
import sys
import time
from dataclasses import dataclass

import compare_gpu
import figures
import report
import time_box
from gpu_parts import ENDING, MINUTES, NEEDS, PARTS, REAL, SMALL
from terminal import Terminal
from workers import PEERS

GOOD = ("passed", "not there")
FILE_MOST = 64 << 20  # characters that are kept of a part which floods


@dataclass
class Outcome:
    how: str = "not reached"  # "running", "passed", "failed", "timed out", "stopped", "not there"
    why: str = ""
    seconds: float = 0.0
    code: int = 0  # of the first command that failed


# How many times as fast as the slowest of these that would be.
ASKED = [
    ("J1 in bf16, PyTorch eager", 3.0, ["J1.bf16.eager"]),
    ("J1 in bf16, the best of PyTorch's graphs and compiled forms", 1.2,
     ["J1.bf16.graph", "J1.bf16.compiled", "J1.bf16.captured"]),
    *((f"J4 in {precision}, the best of PyTorch", 1.0,
       [f"J4.{precision}.{setting}" for setting in compare_gpu.SETTINGS]) for precision in ("bf16", "fp32")),
]


def find_python_cudnn():
    """The cuDNN that came with PyTorch, where the system has been told of none; or ""."""
    if os.environ.get("CUVETTE_CUDNN") or not importlib.util.find_spec("nvidia"):
        return ""
    spec = importlib.util.find_spec("nvidia.cudnn")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for file in sorted(pathlib.Path(folder).glob("lib/libcudnn_graph.so.9")):
            return str(file)
    return ""


class Report:
    def __init__(self, chosen):
        self.chosen, self.sizes = chosen, SMALL if chosen.rehearsal else REAL
        self.total = chosen.minutes * 60
        self.start = time.monotonic()
        self.grace = min(2.0, self.total / 50)
        self.saved = 0.0  # seconds that parts did not need
        self.signals, self.terminal = time_box.Signals(), Terminal()
        self.outcomes = {part.name: Outcome() for part in PARTS}
        self.known = {}  # figures and facts by name
        self.programs, self.architectures = chosen.programs, chosen.architecture
        self.python_cudnn, self.cudnn = find_python_cudnn(), {}
        self.begun = datetime.datetime.now()

    def file(self, name):
        number = [part.name for part in PARTS].index(name) + 1
        return self.chosen.output / f"{number:02}-{name}.txt"

    def box(self, name):
        (seconds,) = (part.seconds for part in PARTS if part.name == name)
        return self.chosen.box.get(name, seconds * self.chosen.minutes / MINUTES)

    def taken(self):
        return time.monotonic() - self.start

    def left(self):
        """Seconds that a part may take, its end included, so that the whole stays within its time."""
        return self.total - self.taken() - max(1.0, 2 * self.grace)

    def has_cudnn(self, name):
        return str(self.known.get(name, "")).startswith("9.")

    def ask_driver(self):
        """Which architectures to build for, and what the driver's own tool tells."""
        fields, lines = ["name", "compute_cap", "driver_version", "memory.total", "clocks.max.sm", "power.limit"], []
        try:
            time_box.run(["nvidia-smi", f"--query-gpu={','.join(fields)}", "--format=csv,noheader"],
                         self.total / 48, self.grace, lines.append, self.signals)
        except OSError:
            return
        rows = [dict(zip(fields, line.split(", "))) for line in lines if line.count(", ") == len(fields) - 1]
        if rows:
            self.known["driver"] = rows[0]["driver_version"]
            self.known["nvidia_smi"] = "; ".join(lines)
        found = {row["compute_cap"].replace(".", "") for row in rows if re.fullmatch(r"\d+\.\d", row["compute_cap"])}
        self.architectures = self.architectures or sorted(found)

    def hear(self, line, label, file):
        if file.tell() < FILE_MOST:
            print(line, file=file, flush=True)
        self.terminal.say(line)
        told = figures.read(line)
        if told:
            self.known[label + told[0]] = told[1]

    def run_command(self, command, seconds, file, environment):
        """How it ended, why in words, and its exit code."""
        lines = []

        def told(line):
            self.hear(line, command.label, file)
            if line.strip() and not figures.read(line):
                lines[:] = [line.strip()]

        name = pathlib.Path(command.words[command.words[0] == sys.executable]).name
        try:
            ended = time_box.run(command.words, seconds, self.grace, told, self.signals, environment)
        except OSError as error:
            return "failed", f"{name} cannot be run: {error.strerror}", None
        last = f": {lines[0]}" if lines else ""
        left = f"; {len(ended.left)} processes could not be killed" if ended.left else ""
        if ended.how != "ended":
            return ended.how, f"{name}, after {ended.seconds:.1f} s{left}{last}", ended.code
        how = "failed" if ended.code or ended.left else "passed"
        return how, f"{name}, exit code {ended.code}{left}{last}", ended.code

    def run_part(self, part, seconds):
        """Its commands share the time, of which a little is kept for ending one that hangs; what the first do not need
        is the later ones'."""
        outcome, end = self.outcomes[part.name], time.monotonic() + seconds - self.grace
        environment = {"GPU_REPORT_PART": part.name}
        with open(self.file(part.name), "w", errors="replace") as file:
            commands = part.commands(self, seconds)
            for i, command in enumerate(commands):
                share = (end - time.monotonic()) / (len(commands) - i)
                if share > 0:
                    how, why, code = self.run_command(command, share, file, command.environment | environment)
                else:
                    how, why, code = "timed out", "no time was left", None
                if how != "passed" and outcome.how == "running":
                    outcome.how, outcome.code = how, code
                    outcome.why = " ".join(filter(None, [command.label.strip("."), why]))
                if self.signals.stop:
                    break
        outcome.how = "passed" if outcome.how == "running" else outcome.how

    def run(self):
        self.chosen.output.mkdir(parents=True, exist_ok=True)
        for part in PARTS:
            self.file(part.name).unlink(missing_ok=True)
        if not self.chosen.programs:
            self.ask_driver()
        for part in PARTS:
            if self.signals.stop:
                break
            self.reach(part)
            self.write()
        return self.code()

    def reach(self, part):
        outcome, box = self.outcomes[part.name], self.box(part.name)
        missing = next(filter(None, (NEEDS[need](self) for need in part.needs)), None)
        if missing:
            outcome.how, outcome.why = missing
        elif self.left() > 0:
            most = max(box + self.saved, part.most * self.chosen.minutes / MINUTES)
            seconds = min(box if part.name in self.chosen.box else most, self.left())
            self.terminal.say(f"\n=== {part.name}, up to {seconds:.0f} s: {part.what}")
            outcome.how, begin = "running", time.monotonic()
            self.write()
            try:
                self.run_part(part, seconds)
            except Exception as error:  # the rest goes on, whatever this is
                outcome.how, outcome.why = "failed", f"{type(error).__name__}: {error}"
            outcome.seconds = time.monotonic() - begin
        self.saved = max(0.0, self.saved + box - outcome.seconds)
        if part.name == "machine" and not self.has_cudnn("cudnn") and self.has_cudnn("python.cudnn"):
            self.cudnn = {"CUVETTE_CUDNN": self.python_cudnn}
        self.terminal.say(f"=== {part.name}: {outcome.how}{': ' + outcome.why if outcome.why else ''}")

    def code(self):
        if self.signals.stop:
            return 128 + self.signals.stop
        return 0 if all(outcome.how in GOOD for outcome in self.outcomes.values()) else 1

    def closing_table(self):
        rows = []
        for part in PARTS:
            outcome = self.outcomes[part.name]
            rows.append([part.name, (outcome.why or part.what).replace("|", "/"), outcome.how,
                         f"{outcome.seconds:.1f}", f"{self.box(part.name):.1f}"])
        return report.table(["part", "what, or why not", "outcome", "s", "of"], rows)

    def asked_table(self):
        rows = []
        for what, least, peers in ASKED:
            times = {peer: self.known[f"{peer}.times"] for peer in peers if f"{peer}.times" in self.known}
            best = min(times.values(), key=lambda figure: figure.value).value if times else None
            found = f"{best:.2f}, {'reached' if best >= least else 'missed'}" if times else "not known"
            rows.append([what, f"{least:g} times as fast", found, f"{len(times)} of {len(peers)}"])
        return report.table(["against", "asked for", "found", "of these timed"], rows)

    def steps_table(self):
        """All that was timed; "" when nothing was."""
        columns = {"median": "median ms", "minimum": "minimum ms", "images": "images/s", "times": "times ours",
                   "times_minima": "minima", "of_products": "% of products", "of_memory": "% of memory"}
        found = [name[:-len(".median")] for name in self.known if re.fullmatch(r"J\d\.\w+\.\w+\.median", name)]
        rows = []
        for program in sorted(found, key=lambda name: name.split(".")[:2]):
            job, precision, setting = program.split(".")
            words = f"PyTorch, {compare_gpu.SETTINGS[setting]}" if setting in compare_gpu.SETTINGS else setting
            values = [self.known.get(f"{program}.{column}") for column in columns]
            rows.append([f"{job} {precision}", words, *(figure.number() if figure else "-" for figure in values)])
        return report.table(["job", "program", *columns.values()], rows) if rows else ""

    def facts_table(self):
        return report.table(["figure", "value"], [[name, str(value).replace("|", "/")]
                                                   for name, value in sorted(self.known.items())])

    def write(self):
        text = "\n\n".join([
            f"# What a GPU answered\n\n{self.begun:%Y-%m-%d %H:%M}, {self.chosen.minutes:g} minutes asked for, "
            f"{self.taken():.0f} s so far.",
            *filter(None, [self.closing_table(), self.asked_table(), self.steps_table(), self.facts_table()])]) + "\n"
        new = self.chosen.output / "report.md.new"
        new.write_text(text)
        new.rename(self.chosen.output / "report.md")


def account():
    """The boxes, for --help."""
    boxes = sum(part.seconds for part in PARTS)
    lines = [f"boxes of {MINUTES} minutes (others in proportion):"]
    for part in PARTS:
        more = f"; at most {part.most} s" if part.most else ""
        lines += [f"  {part.seconds:>4} s  {part.name:<17} {part.what}", f"{'':27}({part.expected}{more})"]
    lines.append(f"  {ENDING:>4} s  for asking the driver, and for ending what hangs")
    lines.append(f"  {boxes + ENDING:>4} s  of {60 * MINUTES}")
    return "\n".join(lines)


def absolute(text):
    return pathlib.Path(text).resolve()


def box_of(text):
    name, _, seconds = text.partition("=")
    if name not in [part.name for part in PARTS]:
        raise argparse.ArgumentTypeError(f"there is no part {name}")
    return name, float(seconds)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, epilog=account(),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="that all of it may take (%(default)s)")
    parser.add_argument("--output", type=absolute, default=pathlib.Path("build/gpu-report"), metavar="FOLDER",
                        help="of the results and of what is built (%(default)s)")
    parser.add_argument("--architecture", nargs="*", default=[], metavar="SM",
                        help="to build for, such as 90, instead of those of the cards that are there")
    parser.add_argument("--sanitizer", default="", metavar="FILE", help="compute-sanitizer")
    parser.add_argument("--box", type=box_of, action="append", default=[], metavar="PART=SECONDS",
                        help="exactly so long for one part")
    parser.add_argument("--programs", type=absolute, metavar="FOLDER", help="of programs that are built already")
    parser.add_argument("--peers", type=absolute, default=PEERS, metavar="FOLDER", help="of torch_gpu_peer.py")
    parser.add_argument("--rehearsal", action="store_true", help="everything small, for a device that the host plays")
    chosen = parser.parse_args()
    chosen.box = dict(chosen.box)
    if chosen.minutes <= 0:
        parser.error("minutes are more than 0")
    return chosen


def main():
    chosen = arguments()
    os.chdir(pathlib.Path(__file__).parent.parent)
    whole = Report(chosen)
    code = whole.run()
    whole.write()
    tables = filter(None, [whole.closing_table(), whole.steps_table(), whole.asked_table()])
    whole.terminal.say("\n" + "\n\n".join(tables) + f"\n\n{whole.taken():.1f} s of {whole.total:.1f}; "
                       f"all of it is in {chosen.output}/report.md")
    whole.terminal.close(whole.grace)
    return code


if __name__ == "__main__":
    sys.exit(main())
