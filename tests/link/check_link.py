"""The screen over weak links: what it sends, how soon it answers a key, how it comes back after a blackout.

Once with a link that is played between the program and its terminal, and once with real ssh across two network
namespaces, where these can be made; else that part is skipped with a word. `make check-link` runs it.
"""

import argparse
import pathlib
import shlex
import statistics
import sys
import tempfile
import time

import link_recipe
import weak_link
from far_terminal import Link, Terminal

MODEM = Link(bytes_a_second=1200, delay=0.3, loss=0.05)
ABROAD = Link(bytes_a_second=125_000, delay=0.08)
LOCAL = Link()

failed = []


def check(name, figure, most=None, least=None, unit=""):
    good = (most is None or figure <= most) and (least is None or figure >= least)
    bound = f"at most {most}" if most is not None else f"at least {least}"
    print(f"[ {'OK' if good else 'FAILED':^8} ] {name}: {figure:.2f}{unit} ({bound})", flush=True)
    if not good:
        failed.append(name)


class Played:
    """The program behind a link that is played."""

    def __init__(self, program, options, home, link):
        self.terminal = Terminal([program, *options], link=link, environment={"CUVETTE_HOME": home})

    def stall(self, seconds):
        self.terminal.stall(seconds)
        self.terminal.run(seconds)

    def close(self):
        self.terminal.close()


class OverSsh:
    """The program at the far end of ssh, across a weak link."""

    def __init__(self, program, options, home, link):
        self.folder = tempfile.TemporaryDirectory()
        self.link = weak_link.WeakLink(self.folder.name, link)
        remote = f"CUVETTE_HOME={shlex.quote(home)} LC_ALL=C.UTF-8 {shlex.join([program, *options])}"
        self.terminal = Terminal(self.link.command(remote))

    def stall(self, seconds):
        self.link.blackout()
        self.terminal.run(seconds)
        self.link.blackout()

    def close(self):
        self.terminal.close()
        self.link.close()
        self.folder.cleanup()


def train(terminal):
    terminal.wait_for("cuvette", 120)
    terminal.run(3)
    terminal.send("t")
    terminal.run(20)


def frames(terminal, begin):
    times = [at for at, size in terminal.events if at >= begin and size > 8]
    return [b for a, b in zip([0, *times], times) if b - a > 0.02]


def bytes_a_second(terminal, seconds):
    """From one frame to another: the rest after a frame pays for it."""
    begin = time.monotonic()
    terminal.run(seconds)
    times = frames(terminal, begin)
    if len(times) < 3:
        return terminal.bytes_since(begin) / seconds
    return (terminal.bytes_since(times[0]) - terminal.bytes_since(times[-1])) / (times[-1] - times[0])


def help_page_seconds(terminal, times):
    seconds = []
    for _ in range(times):
        begin = time.monotonic()
        terminal.send("?")
        terminal.wait_for("Everywhere", 60)
        seconds.append(time.monotonic() - begin)
        terminal.run(1)
        terminal.send("\033")
        terminal.run(6)
    return seconds


def check_modem(where, place):
    try:
        train(place.terminal)
        check(f"{where}, 9600 bit/s: bytes a second", bytes_a_second(place.terminal, 60), most=60)
        seconds = help_page_seconds(place.terminal, 7)
        check(f"{where}, 9600 bit/s: help page, median", statistics.median(seconds), most=3, unit=" s")
        print(f"             at worst {max(seconds):.2f} s")
        begin = time.monotonic()
        place.stall(30)
        ended = time.monotonic()
        waited = place.terminal.run(90, lambda: bool(frames(place.terminal, ended)))
        check(f"{where}, after 30 s of blackout: a frame", float(waited), least=1)
        place.terminal.send("?")
        place.terminal.wait_for("Everywhere", 60)
        sent = place.terminal.bytes_since(begin)
        print(f"             {sent} bytes from the blackout's begin to the help page after it")
    finally:
        place.close()


def check_abroad(where, place):
    try:
        train(place.terminal)
        begin = time.monotonic()
        place.terminal.run(20)
        check(f"{where}, 1 Mbit/s, 80 ms: frames a second", len(frames(place.terminal, begin)) / 20, least=2)
    finally:
        place.close()


def check_slow(where, place):
    try:
        train(place.terminal)
        check(f"{where}, --slow: bytes a second", bytes_a_second(place.terminal, 60), most=40)
    finally:
        place.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--only", default="", help="checks whose name has this in it: played, ssh, modem, abroad, slow")
    parser.add_argument("--dataset", default="digits", help="what to train on; MNIST's folder, say")
    options = parser.parse_args()
    program = str(pathlib.Path(options.program).absolute())
    places = [("played", Played)]
    why = weak_link.missing()
    if why:
        print(f"[ SKIPPED  ] over ssh: {why}")
    else:
        places.append(("ssh", OverSsh))
    with tempfile.TemporaryDirectory() as home:
        words = ["--recipe", link_recipe.write(pathlib.Path(home), options.dataset)]
        cases = [
            ("modem", check_modem, words, MODEM),
            ("abroad", check_abroad, words, ABROAD),
            ("slow", check_slow, [*words, "--slow"], ABROAD),
        ]
        for where, place in places:
            for name, case, arguments, link in cases:
                if options.only in f"{where} {name}":
                    case(where, place(program, arguments, home, link))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
