"""What the suites in Python share: this build's programs, and the numbers of a results folder."""

import os, re, subprocess, sys

sys.dont_write_bytecode = True
os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
IGR = os.path.abspath(os.path.join(os.environ.get("IGR_PROGRAMS", ".build/release"), "igr"))


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
