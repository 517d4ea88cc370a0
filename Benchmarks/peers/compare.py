#!/usr/bin/env python3
"""Our training step beside that of other frameworks, in one run: compare.py STEP-BENCHMARK OUT.json PEER...

Rounds of the two alternate, each on one and the same core, in processor time; what is told is the median of the rounds'
ratios. PEER is jax, tensorflow or torch, from this Python's packages.
"""

import importlib, json, os, statistics, subprocess, sys, time

import numpy

SUBJECTS = [(m, a) for a in ("dense", "dense_nonlinear") for m in ("GS_Dis", "IGR_I_Dis")]
BATCHES = [64, 100, 256]
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


def main(program, out, *peers):
    core = min(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    modules = [importlib.import_module(f"step_{peer}") for peer in peers]
    random = numpy.random.default_rng(1)
    rows = []
    for pixels, share in (("binarised", 0.13), ("grey", 1.0)):
        for model, architecture in SUBJECTS:
            for batch in BATCHES if pixels == "binarised" else [100]:
                noise = random.random((batch, 784), dtype=numpy.float32)
                images = (noise < share).astype(numpy.float32) if share < 1 else noise
                subjects = [module.Subject(model, architecture, images) for module in modules]
                found = []
                for _ in range(ROUNDS):
                    mine = ours(program, model, architecture, batch, share)
                    found.append((mine, [theirs(subject) for subject in subjects]))
                step = statistics.median(mine["step"] for mine, _ in found)
                row = {"model": model, "architecture": architecture, "pixels": pixels, "batch": batch, "step_ms": step,
                       "floor_share": statistics.median(mine["floor"] / mine["step"] for mine, _ in found)}
                line = (f"{model:10} {architecture:16} {pixels:9} batch {batch:3}  ours {step:6.2f} ms,"
                        f" {100 * row['floor_share']:3.0f} % floor")
                for index, subject in enumerate(subjects):
                    ratio = statistics.median(other[index] / mine["step"] for mine, other in found)
                    row[subject.name] = ratio
                    line += f"  {subject.name}: {ratio:.2f} times as long"
                rows.append(row)
                print(line, flush=True)
    with open(out, "w") as file:
        json.dump(rows, file, indent=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
