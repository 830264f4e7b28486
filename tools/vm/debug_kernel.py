#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Build a debug kernel out of Debian's linux-source once, keep it, and say where it is.

A lane's kernel (um: User-mode Linux, x86: for QEMU) has what tools/vm/debug/common.config and
LANE.config name, and the patches LANE-*.patch there. It is kept below $XDG_CACHE_HOME (default
~/.cache) in scsi-target/debug-kernel, under a name made of the lane, Debian's version and a hash
of our files: when one of these changes another kernel is built. UML_KDIR in the environment names a build
directory to use instead. The directory is a kernel build
directory (KDIR of out-of-tree modules); its own modules are in installed/lib/modules.
"""

import argparse
import contextlib
import fcntl
import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import guest  # pylint: disable=wrong-import-position

SOURCE_PACKAGE = "linux-source-6.1"
SOURCE = f"/usr/src/{SOURCE_PACKAGE}.tar.xz"
FILES = os.path.join(guest.HERE, "debug")
ARCH = {"um": "um", "x86": "x86_64"}
TARGETS = {"um": ("linux", "modules"), "x86": ("bzImage", "modules")}
IMAGE = {"um": "linux", "x86": "arch/x86/boot/bzImage"}
MINUTES = {"um": 10, "x86": 30}
# Parts of the source that modules outside the tree are not built with.
UNUSED = "Documentation", "drivers", "sound", "tools/testing"


class Kernel:
    """The debug kernel of one lane."""

    def __init__(self, lane):
        self.lane = lane
        self.arch = ARCH[lane]
        self.configs = [os.path.join(FILES, name) for name in ("common.config", f"{lane}.config")]
        self.patches = sorted(glob.glob(os.path.join(FILES, f"{lane}-*.patch")))
        cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        self.cache = os.path.join(cache, "scsi-target", "debug-kernel")
        self.suffix = f"{lane}-{self.digest()}"
        self.given = os.environ.get("UML_KDIR") if lane == "um" else None

    def digest(self):
        digest = hashlib.sha256()
        for path in self.configs + self.patches:
            with open(path, "rb") as file:
                digest.update(file.read())
        return digest.hexdigest()[:8]

    def path(self):
        """Where the kernel is or would be."""
        done = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", SOURCE_PACKAGE], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        version = done.stdout.strip()
        if done.returncode or not version:
            raise guest.RunnerError(f"package {SOURCE_PACKAGE} is not installed")
        return os.path.join(self.cache, f"{self.lane}-{version}-{self.suffix.rpartition('-')[2]}")

    def find(self):
        """The kernel's directory; an error that names the command when there is none."""
        path = self.given or self.path()
        if not os.path.isdir(path):
            raise guest.RunnerError(f"no debug kernel {path}: tools/vm/debug_kernel.py {self.lane} "
                                    "builds it")
        return path

    def build(self):
        """Build the kernel unless it is there; returns its directory."""
        path = self.path()
        os.makedirs(self.cache, exist_ok=True)
        with open(os.path.join(self.cache, self.lane + ".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if os.path.isdir(path):
                return path
            tree, log = path + ".part", path + ".log"
            # What an interrupted build has left is never continued.
            shutil.rmtree(tree, ignore_errors=True)
            start = time.monotonic()
            say(f"building debug kernel {path}: about {MINUTES[self.lane]} minutes, "
                "kept for the next time")
            try:
                with open(log, "w") as output:
                    self.build_in(tree, output)
            except (subprocess.CalledProcessError, OSError) as error:
                with open(log) as output:
                    sys.stderr.writelines(output.readlines()[-30:])
                raise guest.RunnerError(f"{error}; the log is {log}") from error
            os.rename(tree, path)
            os.unlink(log)
            say(f"built in {time.monotonic() - start:.0f} s")
        return path

    def build_in(self, tree, output):
        def run(*argv):
            subprocess.run(argv, cwd=tree, stdin=subprocess.DEVNULL, stdout=output,
                           stderr=subprocess.STDOUT, check=True)

        def make(*words):
            run("make", "-s", f"ARCH={self.arch}", f"-j{os.cpu_count() or 1}", *words)

        os.mkdir(tree)
        run("tar", "-x", "-f", SOURCE, "--strip-components=1")
        for patch in self.patches:
            run("patch", "-s", "-p1", "-i", patch)
        wanted = os.path.join(tree, "target-debug.config")
        with open(wanted, "w") as file:
            file.write(self.config())
        make(f"KCONFIG_ALLCONFIG={wanted}", "allnoconfig")
        self.check_config(os.path.join(tree, ".config"))
        make(*TARGETS[self.lane])
        make(f"INSTALL_MOD_PATH={tree}/installed", "DEPMOD=true", "modules_install")
        prune(tree)

    def config(self):
        text = ""
        for path in self.configs:
            with open(path) as file:
                text += file.read()
        return text + f'CONFIG_LOCALVERSION="-{self.suffix}"\n'

    def check_config(self, path):
        """Kconfig drops what it can't satisfy without a word: find that out."""
        with open(path) as file:
            have = dict(re.findall(r"^(CONFIG_\w+)=(.*)$", file.read(), re.MULTILINE))
        wanted = re.findall(r"^(CONFIG_\w+)=(.*)$", self.config(), re.MULTILINE)
        lost = [f"{name}={value}" for name, value in wanted if have.get(name, "n") != value]
        if lost:
            raise guest.RunnerError("not honoured by Kconfig: " + " ".join(lost))


def prune(tree):
    """Remove what is only of use while the kernel itself is built: 4/5 of the size."""
    for name in UNUSED:
        shutil.rmtree(os.path.join(tree, name))
    for link in glob.glob(os.path.join(tree, "installed/lib/modules/*/*")):
        if os.path.islink(link):
            os.unlink(link)
    for directory, subdirectories, files in os.walk(tree):
        if directory == tree:
            # Programs of the build, and modules as they are installed.
            subdirectories[:] = [d for d in subdirectories
                                 if d not in ("scripts", "tools", "installed")]
        for name in files:
            if name.endswith((".o", ".a", ".ko", ".cmd")):
                os.unlink(os.path.join(directory, name))


def release_and_modules(kdir, arch):
    """Release and …/lib/modules/RELEASE of a kernel build directory, installed once if need be."""
    release = guest.kernel_release(kdir)
    kept = os.path.join(kdir, "installed/lib/modules", release)
    if os.path.isdir(kept):
        return release, kept
    base = os.path.join(guest.BUILD, "kernel-modules")
    tree = os.path.join(base, "lib/modules", release)
    stamp = os.path.join(tree, ".installed")
    with guest.locked("kernel-modules.lock"):
        order = os.path.join(kdir, "modules.order")
        if not os.path.exists(stamp) or os.stat(stamp).st_mtime < os.stat(order).st_mtime:
            guest.command("make", "-s", "-C", kdir, f"ARCH={arch}", f"INSTALL_MOD_PATH={base}",
                          "DEPMOD=true", "modules_install")
            with contextlib.suppress(FileNotFoundError):
                # It was copied from what was installed before.
                shutil.rmtree(os.path.join(guest.BUILD, "stage-" + release))
            with open(stamp, "w"):
                pass
    return release, tree


def stage(kdir, arch, build):
    """Stage our modules, built against kdir, together with the kernel's own; returns the root."""
    release, tree = release_and_modules(kdir, arch)
    with guest.locked("stage-kernel.lock"):
        root = guest.stage_root("stage-" + release)
        target = os.path.join(root, "lib/modules", release, "kernel")
        if not os.path.isdir(target):
            shutil.copytree(os.path.join(tree, "kernel"), target)
    words = [f"ARCH={arch}", "UBSAN_SANITIZE=y"]
    return release, guest.stage_modules(release, kdir, tree, words, build)


def words(options):
    """Words of the kernel command line. Scanning for leaks costs time and memory. In a guest that
    does little, minutes pass before there is randomness for whoever waits for it.
    """
    trust = ["random.trust_cpu=on", "random.trust_bootloader=on"]
    return trust + ([] if options.leaks else ["kmemleak=off"])


def say(text):
    print("# debug kernel:", text, file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--find", action="store_true", help="do not build, fail if there is none")
    parser.add_argument("lane", choices=sorted(ARCH))
    options = parser.parse_args()
    kernel = Kernel(options.lane)
    try:
        print(kernel.find() if options.find or kernel.given else kernel.build())
    except guest.RunnerError as error:
        print("# debug kernel:", error, file=sys.stderr)
        sys.exit(guest.EXIT_RUNNER)


if __name__ == "__main__":
    main()
