"""What a step of several ranks costs: a model of latency, bandwidth and overlap.

A sum over n ranks (src/mpi/mpi_exchange.h) is two exchanges, each of n - 1 messages that every rank sends and gets, and
of (n - 1) / n of the bytes:

    sum(S) = 2 latency + 2 (n - 1) message + 2 (n - 1) / n · S · byte

`latency` is what the programs at both ends add to the link's delay, which counts once for a short message and `hops`
times for a long one, since Open MPI asks first whether there is room for it, and TCP begins slowly; `message` is the
work for one more message; `byte` is the slower of the wire and the ranks' own copies, as these go on at once, and the
adding up behind both. A small sum is one exchange of all numbers, and so are the words that go with each step.

A step's sums begin as the backward pass makes their gradients. One goes through the wire after the other, and the step
goes on when the last has come, and each rank has heard the others' losses. What is computed meanwhile is hidden, and
what a rank has to do for its messages takes time from what it computes where both are on one core.
"""

from dataclasses import dataclass

FRAME = 1448 / 1538  # of Ethernet's bytes those of TCP with times, at an MTU of 1500


@dataclass(frozen=True)
class Link:
    gigabits: float  # of a node's card, either way
    milliseconds: float  # one way

    @property
    def byte(self):
        return 8 / (self.gigabits * 1e9 * FRAME)

    def __str__(self):
        return f"{self.gigabits:g} Gbit/s, {self.milliseconds:g} ms"


@dataclass(frozen=True)
class Costs:
    """Seconds, of the programs at both ends; fitted."""

    latency: float  # of an exchange, above the link's delay
    message: float
    copy: float  # of a byte, while others are on the wire
    add: float  # of a byte, when all have come
    hops: float = 1.0  # one-way delays of a long message
    beside: float = 0.0  # share of the work for messages that takes time from what is computed


@dataclass(frozen=True)
class Timeline:
    """Of one rank's step, without the others."""

    seconds: float
    update: float  # of these, behind the sums
    buckets: tuple  # (seconds after the beginning, bytes), in the order in which they are ready


SMALL, SHORT = 4096, 65536  # bytes: of sums that are sent whole; of messages that Open MPI's TCP sends at once


def on_wire(costs, link, ranks, size):
    """Seconds for which a sum keeps a rank's card or its core busy."""
    share = 2 * (ranks - 1) / ranks * size
    return 2 * (ranks - 1) * costs.message + share * max(link.byte, costs.copy) + share / 2 * costs.add


def latency(costs, link, ranks, size):
    """Seconds of a sum in which nobody has anything to do."""
    hops = costs.hops if size / ranks > SHORT else 1
    return 2 * (hops * link.milliseconds / 1e3 + costs.latency)


def sum_seconds(costs, link, ranks, size):
    if size <= SMALL:
        return words_seconds(costs, link, ranks)
    return latency(costs, link, ranks, size) + on_wire(costs, link, ranks, size)


def words_seconds(costs, link, ranks):
    """Of what ranks tell each other with each step: one exchange of small messages."""
    return link.milliseconds / 1e3 + costs.latency + (ranks - 1) * costs.message


def work_seconds(costs, ranks, size):
    """That a sum costs a rank, whatever the link."""
    share = 2 * (ranks - 1) / ranks * size
    return 2 * (ranks - 1) * costs.message + share * costs.copy + share / 2 * costs.add


def step_seconds(costs, link, ranks, step):
    work = sum(work_seconds(costs, ranks, size) for _, size in step.buckets)
    computed = step.seconds + costs.beside * work  # where nothing is waited for
    slower = computed / step.seconds
    arrived = 0.0
    last = 0.0
    for ready, size in step.buckets:
        arrived = max(arrived, ready * slower) + on_wire(costs, link, ranks, size)
        last = max(last, arrived + latency(costs, link, ranks, size))
    before_update = (step.seconds - step.update) * slower
    return max(before_update, last) + step.update + words_seconds(costs, link, ranks)


def least(function, start, scale, rounds=4000):
    """The point that makes a function least: a simplex that walks downhill (Nelder and Mead, 1965)."""
    points = [list(start)]
    for i, by in enumerate(scale):
        points.append([x + by * (i == k) for k, x in enumerate(start)])
    values = [function(p) for p in points]
    for _ in range(rounds):
        order = sorted(range(len(points)), key=values.__getitem__)
        points, values = [points[i] for i in order], [values[i] for i in order]
        middle = [sum(p[k] for p in points[:-1]) / (len(points) - 1) for k in range(len(start))]

        def along(factor):
            point = [m + factor * (m - w) for m, w in zip(middle, points[-1])]
            return point, function(point)

        tried, value = along(1)
        if value < values[0]:
            tried, value = min((tried, value), along(2), key=lambda pair: pair[1])
        elif value >= values[-2]:
            tried, value = min((tried, value), along(-0.5), key=lambda pair: pair[1])
        if value < values[-1]:
            points[-1], values[-1] = tried, value
            continue
        points = [points[0]] + [[(a + b) / 2 for a, b in zip(p, points[0])] for p in points[1:]]
        values = [values[0]] + [function(p) for p in points[1:]]
    return min(zip(values, points))[1]


def fit(measured):
    """Costs of which the sums are nearest to those measured: (link, ranks, bytes, seconds), by the ratio of both.
    `size` None: words."""

    def costs_of(x):
        return Costs(*(abs(v) for v in x))

    def error(x):
        total = 0.0
        for link, ranks, size, seconds in measured:
            said = (words_seconds(costs_of(x), link, ranks) if size is None
                    else sum_seconds(costs_of(x), link, ranks, size))
            total += (said / seconds - 1) ** 2
        return total

    return costs_of(least(error, (1e-4, 1e-5, 1e-9, 1e-10, 3), (1e-4, 1e-5, 1e-9, 1e-10, 1)))
