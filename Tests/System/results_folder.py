"""What the suites in Python share: this build's programs, and the numbers of a results folder."""

import os, re, subprocess, sys

sys.dont_write_bytecode = True
ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
os.chdir(ROOT)

# Those in IGR_PROGRAMS (`make test-system` names those that `make test` built), else those of `make build`, which is
# brought up to date here.
if not os.environ.get("IGR_PROGRAMS"):
    subprocess.run(["make", "--no-print-directory", "build"], check=True, stdout=sys.stderr)
PROGRAMS = os.path.abspath(os.environ.get("IGR_PROGRAMS") or ".build/release")
IGR = f"{PROGRAMS}/igr"
subprocess.run([IGR, "data", "fetch", "mnist", "fmnist"], check=True, stdout=sys.stderr)


def run(*command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")


def digest(path):
    """The digest over metrics, final numbers and tensors that a trial file holds of itself; igr checks it on reading."""
    with open(path, "rb") as file:
        content = file.read()
    return re.search(rb"[0-9a-f]{64}", content[content.index(b"result_digest"):])[0].decode()


def digests(results):
    trials = os.path.join(results, "trials")
    return {name: digest(f"{trials}/{name}") for name in os.listdir(trials) if re.fullmatch(r"[0-9a-f]+\.h5", name)}
