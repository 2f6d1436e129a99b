"""A weak link between two network namespaces, and ssh across it.

Each namespace has a TUN device; what goes into one comes out of the other, late and not always. Needs root, `ip`, ssh,
sshd and /dev/net/tun; nothing leaves the machine.
"""

import ctypes
import fcntl
import os
import pathlib
import select
import shutil
import signal
import struct
import subprocess
import sys
import time

from far_terminal import Way

USER, HOST = "cuvette-near", "cuvette-far"  # the namespaces: a person's machine, a cluster's
ADDRESSES = {USER: "10.77.13.1", HOST: "10.77.13.2"}
TUNSETIFF, IFF_TUN, IFF_NO_PI, CLONE_NEWNET = 0x400454CA, 1, 0x1000, 0x40000000


class PacketWay(Way):
    """Packets are lost for good: TCP sends them again."""

    def send(self, data, now):
        if self.chance.random() < self.link.loss:
            return
        start = max(now, self.free_at)
        self.free_at = start + len(data) / self.link.bytes_a_second
        self.lots.append((self.free_at + self.link.delay, data))


def missing():
    """Why there can be no such link here; None: there can."""
    if os.geteuid() != 0:
        return "not root"
    for program in ("ip", "ssh", "ssh-keygen", "/usr/sbin/sshd"):
        if not shutil.which(program):
            return f"no {program}"
    if not os.path.exists("/dev/net/tun"):
        return "no /dev/net/tun"
    made = subprocess.run(["ip", "netns", "add", USER], capture_output=True, text=True)
    if made.returncode and "File exists" not in made.stderr:
        return f"no network namespaces: {made.stderr.strip()}"
    return None


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


def open_tun(namespace):
    with open(f"/run/netns/{namespace}") as file:
        if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", b"weak0", IFF_TUN | IFF_NO_PI))
    return tun


def relay(tuns, link):
    """Until it is ended; SIGUSR1 begins and ends a blackout."""
    black = False

    def turn(*_):
        nonlocal black
        black = not black

    signal.signal(signal.SIGUSR1, turn)
    ways = [PacketWay(link, 1), PacketWay(link, 2)]
    while True:
        now = time.monotonic()
        waits = [w for w in (way.wait(now) for way in ways) if w is not None]
        ready, _, _ = select.select(tuns, [], [], min([*waits, 1]))
        now = time.monotonic()
        for i, tun in enumerate(tuns):
            if tun in ready:
                packet = os.read(tun, 2048)
                if not black and packet[0] >> 4 == 4:
                    ways[i].send(packet, now)
            for packet in ways[i].arrived(now):
                if not black:
                    os.write(tuns[1 - i], packet)


class WeakLink:
    def __init__(self, folder, link):
        self.folder, self.children = pathlib.Path(folder), []
        self._make_namespaces()
        process = os.fork()
        if process == 0:
            try:
                relay([open_tun(USER), open_tun(HOST)], link)
            finally:
                os._exit(1)
        self.relay = process
        self.children.append(process)
        self._give_addresses()
        self._start_sshd()

    def _make_namespaces(self):
        for name in (USER, HOST):
            subprocess.run(["ip", "netns", "del", name], capture_output=True)
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")

    def _give_addresses(self):
        for name, peer in ((USER, HOST), (HOST, USER)):
            end = time.monotonic() + 10
            while True:
                try:
                    ip("-n", name, "addr", "add", ADDRESSES[name], "peer", ADDRESSES[peer], "dev", "weak0")
                    ip("-n", name, "link", "set", "weak0", "mtu", "1500", "up")
                    break
                except subprocess.CalledProcessError:
                    if time.monotonic() > end:
                        raise
                    time.sleep(0.05)

    def _start_sshd(self):
        key, host_key = self.folder / "key", self.folder / "host"
        for file in (key, host_key):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file], check=True)
        os.makedirs("/run/sshd", exist_ok=True)
        settings = {
            "ListenAddress": ADDRESSES[HOST], "HostKey": host_key, "AuthorizedKeysFile": f"{key}.pub", "UsePAM": "no",
            "StrictModes": "no", "PermitRootLogin": "yes", "PasswordAuthentication": "no", "UseDNS": "no",
            "PidFile": "none", "LoginGraceTime": "300", "AcceptEnv": "LC_* CUVETTE_*",
        }
        file = self.folder / "sshd_config"
        file.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        sshd = subprocess.Popen(["ip", "netns", "exec", HOST, "/usr/sbin/sshd", "-D", "-f", file],
                                stderr=subprocess.DEVNULL)
        self.children.append(sshd.pid)

    def command(self, remote):
        """What to run on a pseudo-terminal to have `remote` at the far end."""
        return [
            "ip", "netns", "exec", USER, "ssh", "-tt", "-F", "none", "-i", str(self.folder / "key"),
            "-o", "UserKnownHostsFile=/dev/null", "-o", "StrictHostKeyChecking=no", "-o", "LogLevel=ERROR",
            "-o", "ConnectTimeout=120", "-o", "ConnectionAttempts=20", f"root@{ADDRESSES[HOST]}", remote,
        ]

    def blackout(self):
        os.kill(self.relay, signal.SIGUSR1)

    def close(self):
        sessions = subprocess.run(["ip", "netns", "pids", HOST], capture_output=True, text=True).stdout.split()
        for process in sessions:
            try:
                os.kill(int(process), signal.SIGKILL)
            except ProcessLookupError:
                pass
        for process in self.children:
            try:
                os.kill(process, signal.SIGTERM)
                os.waitpid(process, 0)
            except (ProcessLookupError, ChildProcessError):
                pass
        for name in (USER, HOST):
            subprocess.run(["ip", "netns", "del", name], capture_output=True)


if __name__ == "__main__":
    sys.exit(missing())
