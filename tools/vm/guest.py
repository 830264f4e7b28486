# SPDX-License-Identifier: GPL-2.0-only
"""What both lanes share: staging of modules, the job handed to the guest, supervision, verdict.

A lane (run: QEMU with a distribution's kernel, uml: User-mode Linux) supplies the command that
boots the guest. Everything written lives in build/vm of the tree the runner belongs to.
"""

import argparse
import contextlib
import ctypes
import fcntl
import glob
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
HERE = os.path.join(TOP, "tools", "vm")
BUILD = os.path.join(os.environ.get("BUILD", os.path.join(TOP, "build")), "vm")

EXIT_KERNEL_LOG = 99	# the script passed, the kernel complained
EXIT_TIMEOUT = 124
EXIT_DIED = 125		# the guest ended without a status
EXIT_RUNNER = 126	# the runner itself could not do its work

JOB_MARK = "vm: job starts"	# written to the kernel log by guest-init

# One of these in the kernel log fails the run, whatever the script said.
with open(os.path.join(HERE, "kernel-trouble")) as patterns:
    TROUBLE = re.compile("|".join(patterns.read().splitlines()))


class RunnerError(Exception):
    """The runner could not do its work; the text says why."""


def arguments(description, lane_options):
    """Parse the command line; lane_options adds what only one lane has."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mem", type=int, default=1536, metavar="MB", help="memory of the guest")
    parser.add_argument("--timeout", type=int, default=600, metavar="S",
                        help="end the guest after S seconds (default 600)")
    parser.add_argument("--share", metavar="DIR",
                        help="host directory, writable in the guest as /run/share")
    parser.add_argument("--no-build", action="store_true",
                        help="use the modules staged by an earlier run as they are")
    parser.add_argument("--keep", action="store_true",
                        help="keep the run's directory (kernel log, console) also when all is well")
    parser.add_argument("--append", default="", metavar="WORDS",
                        help="more words for the kernel command line")
    parser.add_argument("--leaks", action="store_true",
                        help="end with two kmemleak scans (kernels that have kmemleak)")
    parser.add_argument("--scale", type=int, default=1, metavar="N",
                        help="the guest is N times as slow as others: wait for N times as long")
    lane_options(parser)
    parser.add_argument("script", help="script of the host (or a command in PATH) to run")
    parser.add_argument("args", nargs=argparse.REMAINDER)
    return parser.parse_args()


def kernel_release(kdir):
    """Release string of a kernel build directory."""
    try:
        with open(os.path.join(kdir, "include/generated/utsrelease.h")) as file:
            return file.read().split('"')[1]
    except (OSError, IndexError) as error:
        raise RunnerError(f"no built kernel in {kdir}: {error}") from error


@contextlib.contextmanager
def locked(name):
    """Serialize runners of one tree over what they share in build/vm."""
    os.makedirs(BUILD, exist_ok=True)
    with open(os.path.join(BUILD, name), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def command(*argv, **kwargs):
    """Run a host command, its output only shown when it fails."""
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False, **kwargs)
    if done.returncode:
        sys.stderr.write(done.stdout)
        raise RunnerError(f"{shlex.join(argv)}: exit status {done.returncode}")
    return done.stdout


def stage_root(name):
    """A directory that becomes the guest's upper root layer; lib as the host has it."""
    stage = os.path.join(BUILD, name)
    os.makedirs(stage, exist_ok=True)
    lib = os.path.join(stage, "lib")
    if os.path.islink("/lib") and not os.path.islink(lib):
        os.makedirs(os.path.join(stage, "usr/lib"), exist_ok=True)
        os.symlink("usr/lib", lib)
    return stage


def snapshot(directory):
    """Names, sizes and times of the files below directory, to see whether anything changed."""
    files = sorted(glob.glob(os.path.join(directory, "**", "*.ko*"), recursive=True))
    return "".join(f"{f} {os.stat(f).st_size} {os.stat(f).st_mtime_ns}\n" for f in files)


def stage_modules(release, kdir, kernel_tree, make_args, build=True):
    """Install our modules for release into a stage and index them next to kernel_tree's.

    kernel_tree is the directory that holds the kernel's own modules (…/lib/modules/RELEASE).
    """
    with locked("stage.lock"):
        stage = stage_root("stage-" + release)
        if build:
            command("make", "-s", "-C", TOP, "install", f"KDIR={kdir}", f"DESTDIR={stage}",
                    "DEPMOD=:", f"BUILD={os.path.dirname(BUILD)}", *make_args)
        modules = os.path.join(stage, "lib/modules", release)
        os.makedirs(modules, exist_ok=True)
        stamp = os.path.join(modules, ".staged")
        now = snapshot(os.path.join(modules, "updates"))
        if not os.path.exists(stamp) or open(stamp).read() != now:
            index_modules(stage, modules, kernel_tree, release)
            with open(stamp, "w") as file:
                file.write(now)
        return stage


def index_modules(stage, modules, kernel_tree, release):
    """depmod over our modules and a passing link to the kernel's own."""
    for name in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
        source = os.path.join(kernel_tree, name)
        if os.path.exists(source):
            shutil.copy(source, modules)
    link = os.path.join(modules, "kernel")
    if os.path.isdir(link) and not os.path.islink(link):
        command("depmod", "-b", stage, release)
        return
    with contextlib.suppress(FileNotFoundError):
        os.unlink(link)
    os.symlink(os.path.join(kernel_tree, "kernel"), link)
    command("depmod", "-b", stage, release)
    os.unlink(link)


def make_initramfs(name, modules=()):
    """gzip'ed cpio archive with busybox, our first process and modules (paths) in load order."""
    image = os.path.join(BUILD, f"initramfs-{name}.gz")
    init = os.path.join(HERE, "initramfs-init")
    if os.path.exists(image) and os.stat(image).st_mtime > max(
            os.stat(f).st_mtime for f in (init, __file__, *modules)):
        return image
    busybox = shutil.which("busybox")
    if not busybox:
        raise RunnerError("busybox is missing (package busybox-static)")
    with locked("initramfs.lock"), tempfile.TemporaryDirectory(dir=BUILD) as root:
        for sub in "bin", "dev", "proc", "sys", "modules", "rw", "new":
            os.mkdir(os.path.join(root, sub))
        shutil.copy(busybox, os.path.join(root, "bin/busybox"))
        shutil.copy(init, os.path.join(root, "init"))
        with open(os.path.join(root, "modules/order"), "w") as order:
            for path in modules:
                order.write(unpack_module(path, os.path.join(root, "modules")) + "\n")
        command("sh", "-c", 'cd "$1" && find . | cpio -o -H newc --quiet | gzip -1 >"$2.new" '
                '&& mv "$2.new" "$2"', "sh", root, image)
    return image


def unpack_module(path, directory):
    """Copy a module, without its compression; returns its file name there."""
    tools = {".xz": "xz", ".gz": "gzip", ".zst": "zstd"}
    base, suffix = os.path.splitext(os.path.basename(path))
    if suffix not in tools:
        shutil.copy(path, directory)
        return base + suffix
    with open(os.path.join(directory, base), "wb") as file:
        subprocess.run([tools[suffix], "-dc", path], stdout=file, check=True)
    return base


class Job:
    """One run of a script in a guest: its directory, its process, its verdict."""

    def __init__(self, options, lane):
        self.options = options
        os.makedirs(BUILD, exist_ok=True)
        self.directory = tempfile.mkdtemp(prefix=f"{lane}-", dir=BUILD)
        self.console = self.path("console")
        self.source, self.sink = os.pipe()	# the guest writes the script's output to sink
        os.set_blocking(self.source, False)
        self.process = None
        self.write_script(lane)

    def path(self, name):
        return os.path.join(self.directory, name)

    def write_script(self, lane):
        """What the guest executes, with the words quoted for its shell."""
        script = self.options.script
        if os.path.exists(script):
            script = os.path.abspath(script)
        elif not shutil.which(script):
            raise RunnerError(f"no script or command {script}")
        words = [script, *self.options.args]
        if os.path.isfile(script) and not os.access(script, os.X_OK):
            words.insert(0, "bash")
        stock = int(getattr(self.options, "stock", False))
        with open(self.path("job"), "w") as file:
            file.write(f"cd {shlex.quote(TOP)} || exit\n"
                       f"export VM_LANE={lane} VM_STOCK={stock} WAIT_SCALE={self.options.scale}\n"
                       f"exec {shlex.join(words)}\n")

    def kernel_words(self, lane, tty):
        """Words of the kernel command line that initramfs-init and guest-init read."""
        words = [f"vm.lane={lane}", f"vm.tty={tty}", f"vm.init={HERE}/guest-init",
                 f"vm.scale={self.options.scale}", "loglevel=5", "log_buf_len=8M", "panic=-1"]
        if self.options.leaks:
            words.append("vm.leaks=1")
        if self.options.share:
            words.append("vm.share=" + os.path.abspath(self.options.share))
        return words + self.options.append.split()

    def run(self, argv, env=None):
        """Boot the guest with argv, copy its output while it comes, return the exit status."""
        libc = ctypes.CDLL(None)
        parent_death_signal = 1
        with open(self.console, "wb") as console:
            # pylint: disable=subprocess-popen-preexec-fn
            self.process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT,
                pass_fds=(self.sink,), env=env, start_new_session=True,
                preexec_fn=lambda: libc.prctl(parent_death_signal, signal.SIGKILL))
        try:
            timed_out = self.follow()
        finally:
            self.end()
        return self.verdict(timed_out)

    def follow(self):
        """Copy the script's output until the guest ends; True when the time was up."""
        deadline = time.monotonic() + self.options.timeout * self.options.scale
        ended = None
        while True:
            running = self.process.poll() is None
            if self.copy_output():
                continue
            now = time.monotonic()
            if not running or now > deadline:
                return running
            # The status is the guest's last word: do not wait for a slow power-off.
            if ended is None and os.path.exists(self.path("status")):
                ended = now
            if ended is not None and now > ended + 5:
                return False
            time.sleep(0.05)

    def copy_output(self):
        """Pass on what the script wrote meanwhile; False when there was nothing."""
        try:
            data = os.read(self.source, 65536).replace(b"\r\n", b"\n")
        except BlockingIOError:
            return False
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        with open(self.path("output"), "ab") as output:
            output.write(data)
        return bool(data)

    def end(self):
        """End the guest's own process group (start_new_session made it its leader)."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def read(self, name):
        try:
            with open(self.path(name), errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def verdict(self, timed_out):
        """Exit status out of the script's status and the kernel log."""
        log = self.read("dmesg") or self.read("console")
        # What the kernel says of itself before our job is not our concern.
        lines = log[max(log.find(JOB_MARK), 0):].splitlines()
        trouble = [i for i, line in enumerate(lines) if TROUBLE.search(line)]
        leaks = self.read("leaks")
        text = self.read("status").strip()
        if timed_out:
            status = EXIT_TIMEOUT
            self.say(f"no end after {self.options.timeout * self.options.scale} s, guest killed; last of the console:",
                     self.read("console").splitlines()[-15:])
        elif not text.isdigit():
            status = EXIT_DIED
            self.say("the guest ended without a status; last of the console:",
                     self.read("console").splitlines()[-40:])
        else:
            status = int(text)
        if trouble:
            self.say("trouble in the kernel log:", lines[max(trouble[0] - 5, 0):trouble[0] + 60])
            status = status or EXIT_KERNEL_LOG
        if leaks:
            self.say("memory leaks:", leaks.splitlines()[:80])
            status = status or EXIT_KERNEL_LOG
        if status == 0 and not self.options.keep:
            shutil.rmtree(self.directory)
        else:
            self.say(f"logs are in {self.directory}")
        return status

    @staticmethod
    def say(text, lines=()):
        sys.stdout.flush()
        print("# vm:", text, file=sys.stderr)
        for line in lines:
            print("#    ", line, file=sys.stderr)
        sys.stderr.flush()


def main(lane_main):
    """Entry point of a lane: turn its errors into one line and an exit status."""
    for number in signal.SIGTERM, signal.SIGINT, signal.SIGHUP:
        signal.signal(number, lambda n, _: sys.exit(128 + n))
    try:
        sys.exit(lane_main())
    except RunnerError as error:
        print("# vm:", error, file=sys.stderr)
        sys.exit(EXIT_RUNNER)
