"""Runs the workbench on a terminal, goes to its screens as a person would, and writes a picture of each.

    python3 tools/site/screens.py PROGRAM FOLDER [NAME...]

Each screen is a row of SCREENS. All of them see one home of their own, in which a few runs are trained first, so that they
show the same on every machine, but for times and loads. Runs have a fixed seed.
"""

import argparse
import contextlib
import dataclasses
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import picture
import terminal

HOME = "/var/tmp/cuvette-home"  # the same everywhere, as some screens show it; not in /tmp, of which the program warns

TRUE_COLOR = {"COLORTERM": "truecolor"}
SLURM = {"SLURM_JOB_ID": "4711", "SLURM_JOB_NAME": "cuvette", "SLURM_CPUS_PER_TASK": "2",
         "SLURM_MEM_PER_NODE": "8192", "SLURM_JOB_PARTITION": "short", "SLURMD_NODENAME": "node17",
         "SLURM_JOB_END_TIME": str(int(time.time()) + 3480)}

# What is there before the first screen: runs to look back at, and a comparison.
SHELF = ("train mnist-mlp --epochs 5",
         "train lenet5 --epochs 4",
         "train mnist-cnn --epochs 6",
         "compare mnist-mlp --epochs 3 --vary optimiser.learning_rate=0.01,0.001,0.0001")

ENTER, LEFT, F4 = "\r", "\033OD", "\033OS"


@dataclasses.dataclass
class Screen:
    name: str
    title: str  # what it shows, for those who do not see it
    steps: tuple  # keys, and after each what has to stand on the screen before the next
    columns: int = 100
    rows: int = 30
    arguments: str = "--recipe mnist-cnn"
    environment: dict = dataclasses.field(default_factory=dict)
    light: bool = False


TRAIN = ("", "counted", "t", "epoch 1/10")
OVER = TRAIN + ("", "done")
SCREENS = (
    Screen("workbench", "The workbench while it trains: panels for data set, layers, training and device, growing curves of "
           "loss and accuracy, and the run's figures", TRAIN + ("", "epoch 6/10")),
    Screen("start", "The workbench before a run, with what the run will take", ("", "timed steps")),
    Screen("small", "The same on 40 columns and 12 rows", ("", "ready", "t", "epoch 3/10"), 40, 12),
    Screen("layer-form", "The form of a layer",
           ("", "timed steps", "2", "Edit", ENTER, "output channels")),
    Screen("add-layer", "The layers there are", ("", "timed steps", "2", "Edit", "a", "separable_conv2d")),
    Screen("recipes", "The recipes that come with it", ("", "timed steps", "o", "lenet5")),
    Screen("preview", "Images of a data set, class by class",
           ("", "timed steps", "p", "#56", "", "▀▀▀▀"), environment=TRUE_COLOR),
    Screen("charts", "A chart over the whole screen with the values at a cursor",
           OVER + ("5", "Values", "f", "best at", 40 * LEFT, "at 5.85")),
    Screen("time", "Where the time of a step goes, layer by layer", OVER + ("i", "of no layer")),
    Screen("health", "How well each layer trains", OVER + ("H", "dead ReLUs")),
    Screen("runs", "All runs so far", ("", "timed steps", F4, "mnist-mlp")),
    Screen("past-run", "A past run: its curves, and what came of it",
           ("", "timed steps", F4, "mnist-mlp", ENTER, "Back")),
    Screen("mistakes", "What the model of a run takes for what",
           ("", "timed steps", "I", "the newest first", ENTER, "top-5"), environment=TRUE_COLOR),
    Screen("worst-images", "The images that a model is most wrong about",
           ("", "timed steps", "I", "the newest first", ENTER, "top-5", "w", "%  #", "", "▀▀▀▀"),
           environment=TRUE_COLOR),
    Screen("compare", "Runs with three learning rates beside each other",
           ("", "timed steps", F4, "mnist-mlp", "C", "omparison", ENTER, "speed")),
    Screen("devices", "The node and its devices over two minutes", TRAIN + ("", "epoch 3/10", "g", "disk")),
    Screen("job", "What a Slurm job has, and advice", ("", "timed steps", "y", "The job"), environment=SLURM),
    Screen("job-form", "The same recipe as a batch job", ("", "timed steps", "w", "requeue")),
    Screen("commands", "Any command by a few letters of its name",
           ("", "timed steps", ":", "Train: train", "learn", "learning_rate")),
    Screen("help", "Every key, those of the panel first", ("", "timed steps", "?", "Everywhere")),
    Screen("light", "The same on a light ground", OVER, arguments="--recipe mnist-cnn --theme light", light=True),
)


class Studio:
    """A home with a few runs, and a copy of it for each sitting: none depends on the one before."""

    def __init__(self, program, shelf):
        self.program, self.shelf = os.path.abspath(program), shelf
        self.environment = {"PATH": os.environ["PATH"], "HOME": HOME, "CUVETTE_HOME": HOME + "/cuvette",
                            "LC_ALL": "C.UTF-8"}

    @contextlib.contextmanager
    def _home(self):
        """The home while it is used: with what is on the shelf."""
        shutil.rmtree(HOME, ignore_errors=True)  # of a making that was killed
        os.mkdir(HOME)
        try:
            shutil.copytree(self.shelf, HOME, dirs_exist_ok=True)
            yield
        finally:
            shutil.rmtree(HOME)

    def fill(self):
        with self._home():
            for line in SHELF:
                subprocess.run([self.program, *line.split()], env=self.environment, cwd=HOME, check=True,
                               stdout=subprocess.DEVNULL)
            shutil.copytree(HOME, self.shelf, dirs_exist_ok=True)

    def take(self, screen):
        with self._home():
            shown = terminal.Terminal([self.program, *screen.arguments.split()], screen.columns, screen.rows,
                                      {**self.environment, **screen.environment})
            try:
                for keys, text in zip(screen.steps[::2], screen.steps[1::2]):
                    shown.send(keys)
                    shown.wait(text)
                return picture.svg(shown.cells, screen.title, screen.light)
            finally:
                shown.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as shelf:
        studio = Studio(asked.program, shelf)
        studio.fill()
        for screen in SCREENS:
            if not asked.names or screen.name in asked.names:
                (folder / f"{screen.name}.svg").write_text(studio.take(screen), encoding="utf-8")
                print(f"  SVG   {screen.name}")


if __name__ == "__main__":
    main()
