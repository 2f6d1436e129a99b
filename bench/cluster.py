"""Where ranks of MPI run: side by side, or each on a node of its own that is a network namespace of this machine."""

import contextlib
import os
import pathlib
import subprocess

NODES = str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "mpi" / "nodes.sh")
ENVIRONMENT = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
                   OMPI_MCA_rmaps_base_oversubscribe="1", OMPI_MCA_hwloc_base_binding_policy="none")
NETWORK = "10.77.0.0/24"  # nodes.sh


class OneNode:
    def __init__(self, ranks):
        self.ranks = list(range(ranks))

    def mpirun(self, *words):
        """The command with which Open MPI starts a program here."""
        return ["mpirun", "-n", str(len(self.ranks)), *words]

    def without(self, rank):
        return OneNode(len(self.ranks) - 1)


# mpirun itself notices that a node is cut off after so many seconds, and ends; else it waits for ever.
KEEPALIVE = {"oob_tcp_keepalive_time": 10, "oob_tcp_keepalive_intvl": 2, "oob_tcp_keepalive_probes": 3}


class Cluster:
    """A node for each rank. What ranks say to each other goes by TCP through `network`."""

    def __init__(self, name, ranks, network=NETWORK):
        self.name, self.ranks, self.network = name, ranks, network

    def node(self, rank):
        return f"{self.name}{rank}"

    def mpirun(self, *words):
        how = {"plm_rsh_agent": f"{NODES} on", "btl": "self,tcp", "btl_tcp_if_include": self.network,
               "oob_tcp_if_include": NETWORK, **KEEPALIVE}
        options = [word for key, value in how.items() for word in ("--mca", key, f"'{value}'")]
        hosts = ",".join(map(self.node, self.ranks))
        return [NODES, "on", self.node(self.ranks[0]), "exec", "mpirun", "-H", hosts, *options, *words]

    def without(self, rank):
        return Cluster(self.name, [k for k in self.ranks if k != rank], self.network)

    def cut(self, rank):
        """From now on nothing reaches that node, and nothing that it sends reaches another."""
        subprocess.run([NODES, "cut", self.node(rank)], check=True)


class Unable(Exception):
    """Why there is no cluster here."""


@contextlib.contextmanager
def nodes(count):
    """A cluster of so many nodes, which is gone afterwards. Needs root."""
    name = f"cv{os.getpid()}-"
    up = subprocess.run([NODES, "up", name, str(count)], capture_output=True, text=True)
    if up.returncode != 0:
        raise Unable(up.stderr.strip())
    try:
        yield Cluster(name, list(range(count)))
    finally:
        subprocess.run([NODES, "down", name, str(count)])
