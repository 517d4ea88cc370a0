#!/usr/bin/env python3
"""Our training step beside that of other frameworks, in one run: compare.py STEP-BENCHMARK OUT.json PEER...

Rounds of the two alternate, each on one and the same core, in processor time; what is told is the median of the rounds'
ratios. PEER is jax, tensorflow or torch, from this Python's packages; ONLY=MODEL,ARCHITECTURE in the environment takes
one step alone.
"""

import importlib, json, os, statistics, subprocess, sys, time

import numpy

DENSE = [(model, architecture) for architecture in ("dense", "dense_nonlinear") for model in ("GS_Dis", "IGR_I_Dis")]
# Model, architecture, batch.
OTHERS = [("IGR_I_Dis", "conv_jointvae", 64), ("DLGMM_IGR", "dlgmm_dense", 100), ("IGR_I_Dis", "dense_relax", 100),
          ("Relax_GS_Dis", "dense_relax", 100), ("Relax_Ber_Dis", "dense_relax", 100), ("Relax_IGR", "dense_relax", 100),
          ("IGR_I_Dis", "nonlinear", 100)]
# Model, architecture, share of pixels that are set (1: grey), batch.
ROWS = [(*subject, 0.13, batch) for subject in DENSE for batch in (64, 100, 256)] + [
    (*subject, 1.0, 100) for subject in DENSE] + [(*subject, 0.13, batch) for *subject, batch in OTHERS]
ROUNDS, STEPS = 7, 40


def ours(program, model, architecture, batch, share):
    out = subprocess.run(
        [program, "--only", model, architecture, "--batch", str(batch), "--share", str(share), "--rounds", str(STEPS),
         "--json"], check=True, capture_output=True, text=True).stdout
    return json.loads(out)


def theirs(subject):
    times = []
    for _ in range(STEPS):
        begin = time.process_time()
        subject.run()
        times.append(1e3 * (time.process_time() - begin))
    return statistics.median(times)


def pictures(architecture, batch, share):
    pixels = 32 * 32 if architecture == "conv_jointvae" else 28 * 28
    noise = numpy.random.default_rng(1).random((batch, pixels), dtype=numpy.float32)
    return (noise < share).astype(numpy.float32) if share < 1 else noise


def compared(program, modules, model, architecture, share, batch):
    """A row: our time, our floor's share of it, and how many times as long each peer takes that has this step."""
    images = pictures(architecture, batch, share)
    subjects = [
        module.Subject(model, architecture, images) for module in modules if module.has(model, architecture)]
    found = []
    for _ in range(ROUNDS):
        mine = ours(program, model, architecture, batch, share)
        found.append((mine, [theirs(subject) for subject in subjects]))
    row = {"model": model, "architecture": architecture, "pixels": "grey" if share == 1 else "binarised",
           "batch": batch, "step_ms": statistics.median(mine["step"] for mine, _ in found),
           "floor_share": statistics.median(mine["floor"] / mine["step"] for mine, _ in found)}
    for index, subject in enumerate(subjects):
        row[subject.name] = statistics.median(times[index] / mine["step"] for mine, times in found)
    return row


def told(row):
    line = "{model:12} {architecture:16} {pixels:9} batch {batch:3}  ours {step_ms:6.2f} ms".format(**row)
    peers = [name for name in row if name not in (
        "model", "architecture", "pixels", "batch", "step_ms", "floor_share")]
    return f"{line}, {100 * row['floor_share']:3.0f} % floor" + "".join(
        f"  {name}: {row[name]:.2f} times as long" for name in peers)


def main(program, out, *peers):
    core = min(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    modules = [importlib.import_module(f"step_{peer}") for peer in peers]
    only = os.environ.get("ONLY")
    rows = []
    for row in ROWS:
        if only and only.split(",") != list(row[:2]):
            continue
        if any(module.has(*row[:2]) for module in modules):
            rows.append(compared(program, modules, *row))
            print(told(rows[-1]), flush=True)
    with open(out, "w") as file:
        json.dump(rows, file, indent=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
