"""The world of the page's tests: a network namespace of their own with one interface that leads out, traffic over it,
and the built collector with a made-up year."""

import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

INTERFACE = "wlp3s0"
HERE, THERE = "10.97.0.1", "10.97.0.2"


def skip(reason):
    print(f"{pathlib.Path(sys.argv[0]).stem}: {reason}")
    sys.exit(77)


def enter_private_network():
    """Starts this program again within a network namespace of its own: as root directly, else as one's own root."""
    if os.environ.get("COLLECTOR_PAGE_NAMESPACE"):
        return
    flags = ["--net"] if os.geteuid() == 0 else ["--net", "--user", "--map-root-user"]
    os.environ["COLLECTOR_PAGE_NAMESPACE"] = "1"
    if subprocess.run(["unshare", *flags, "true"], capture_output=True, check=False).returncode != 0:
        skip("the kernel gives no network namespace here")
    os.execvp("unshare", ["unshare", *flags, sys.executable, *sys.argv])


def run(*words):
    subprocess.run(words, check=True, capture_output=True, text=True)


class Network:
    """A veth pair: one end here, called like the made-up laptop's Wi-Fi, the other in a namespace beyond."""

    def __init__(self):
        run("ip", "link", "set", "lo", "up")
        # Without this program's output: whoever reads that would wait for it, also when this one was killed.
        self.beyond = subprocess.Popen(["unshare", "--net", "sleep", "600"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.senders = []
        try:
            self.join()
        except BaseException:
            self.close()
            raise

    def join(self):
        inside = f"/proc/{self.beyond.pid}/ns/net"
        while os.readlink(inside) == os.readlink("/proc/self/ns/net"):
            time.sleep(0.01)
        run("ip", "link", "add", INTERFACE, "type", "veth", "peer", "name", "far", "netns", str(self.beyond.pid))
        there = ["nsenter", "--net=" + inside]
        # No address that comes a second later: Chromium gives up what it is loading when the network changes.
        run("ip", "link", "set", INTERFACE, "addrgenmode", "none")
        run("ip", "link", "set", INTERFACE, "address", "02:00:00:00:00:01", "up")
        run("ip", "addr", "add", HERE + "/24", "dev", INTERFACE)
        run("ip", "neigh", "add", THERE, "lladdr", "02:00:00:00:00:02", "dev", INTERFACE)
        run(*there, "ip", "link", "set", "far", "address", "02:00:00:00:00:02", "up")
        run(*there, "ip", "addr", "add", THERE + "/24", "dev", "far")
        run(*there, "ip", "neigh", "add", HERE, "lladdr", "02:00:00:00:00:01", "dev", "far")
        self.senders = [subprocess.Popen([sys.executable, __file__, THERE, "60"]),
                        subprocess.Popen([*there, sys.executable, __file__, HERE, "900"])]

    def close(self):
        # Of a namespace that ends the kernel takes the links away when it comes to it: the next pair has this name.
        subprocess.run(["ip", "link", "delete", INTERFACE], capture_output=True, check=False)
        for process in [*self.senders, self.beyond]:
            process.kill()
            process.wait()


def send_for_ever(address, packets):
    """About so many datagrams of 1200 bytes a second, and now and then for some seconds four times as many; the same
    each time, and no second like the one before."""
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    chance = random.Random(7)
    wave = burst = 0
    parent = os.getppid()
    while os.getppid() == parent:
        if wave >= burst and chance.random() < 0.03:
            burst = wave + chance.randint(5, 25)
        wave += 1
        share = (4 if wave < burst else 1) * (0.3 + chance.random() * 0.4)
        for _ in range(int(packets * share / 5)):
            sender.sendto(b"x" * 1200, (address, 9))
        time.sleep(0.2)


class Collector:
    """`days` of made-up history, with an interface whose name is markup, or without; `sinks`, `plans`, `web`: these sections of the configuration. What is measured of
    disks here is left out: the made-up machine has others."""

    def __init__(self, build, directory, days=365, sinks="{local: {type: sqlite, path: collector.db}}",
                 plans="{home: {cycle: {day: 14}, quota: 1TB}}", web="", environment=None, markup=True):
        self.build = pathlib.Path(build)
        self.directory = pathlib.Path(directory)
        (self.directory / "state").mkdir(parents=True, exist_ok=True)
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.configuration = self.directory / "collector.yaml"
        self.configuration.write_text(f"""
state: {self.directory}/state
host: thinkpad
timezone: Europe/Berlin
window: 5s
flush: 5s
samplers: {{disk: off, diskio: off, temp: off}}
sinks: {sinks}
plans: {plans}
web:
  listen: 127.0.0.1:{self.port}
  limits: {{requests: 10000, burst: 10000, per_address: 64}}
{web}""")
        if days:
            subprocess.run([self.build / "made_up_year", self.directory / "state/collector.db", "thinkpad", str(days),
                            *(["plain"] if not markup else [])], check=True)
        self.environment = environment or {}
        self.process = None

    def start(self):
        self.log = open(self.directory / "log", "ab")
        self.process = subprocess.Popen([self.build / "collector", "run", "--config", self.configuration],
                                        stderr=self.log, stdout=self.log, env={**os.environ, **self.environment})
        for _ in range(300):
            try:
                with urllib.request.urlopen(self.address, timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError):
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
        raise RuntimeError("the collector does not serve: " + (self.directory / "log").read_text())

    def run(self, *words, typed=""):
        """What a command of the collector prints."""
        done = subprocess.run([self.build / "collector", *words, "--config", self.configuration], capture_output=True,
                              text=True, input=typed, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"collector {' '.join(words)} ends with {done.returncode}: {done.stderr}")
        return done.stdout.strip()

    def kill(self):
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.log.close()
            self.process = None


def axe(build):
    """The text of axe-core, fetched by npm into the build directory once; nothing: why it can't be."""
    file = pathlib.Path(build) / "page/node_modules/axe-core/axe.min.js"
    if not file.exists():
        if not shutil.which("npm"):
            return None, "there is no npm to fetch axe-core with"
        file.parents[2].mkdir(parents=True, exist_ok=True)
        try:
            fetched = subprocess.run(["npm", "install", "--prefix", file.parents[2], "--no-audit", "--no-fund", "axe-core@4"],
                                     capture_output=True, text=True, timeout=120, check=False)
        except subprocess.TimeoutExpired:
            return None, "npm does not get axe-core within two minutes"
        if fetched.returncode != 0 or not file.exists():
            return None, "npm can't fetch axe-core: " + fetched.stderr.strip()[-200:]
    return file.read_text(), ""


if __name__ == "__main__":
    send_for_ever(sys.argv[1], int(sys.argv[2]))
