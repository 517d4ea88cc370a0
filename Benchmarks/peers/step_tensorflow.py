"""One training step in TensorFlow, of the same mathematics as ours: gradients of one sample an image, then Adam.

A step is a graph (`tf.function`), plain or compiled by XLA, whichever is faster for it; its name tells which.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import statistics, time

import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)

from tf_mixture import Mixture
from tf_relax import Bits, Categorical, Gaussian
from tf_relaxed import Relaxed
from tf_structured import Structured

MODELS = {"DLGMM_IGR": Mixture, "Relax_GS_Dis": Categorical, "Relax_Ber_Dis": Bits, "Relax_IGR": Gaussian}


def has(model, architecture):
    return True


class Adam:
    def __init__(self, weights):
        self.weights = weights
        self.firsts, self.seconds = ([tf.Variable(tf.zeros_like(array)) for array in weights] for _ in range(2))
        self.count = tf.Variable(0.0)

    def apply(self, gradients):
        t = self.count.assign_add(1.0)
        for weight, first, second, gradient in zip(self.weights, self.firsts, self.seconds, gradients):
            # The fused kernel of Keras's Adam; its rate holds both corrections of the moments.
            tf.raw_ops.ResourceApplyAdam(
                var=weight.handle, m=first.handle, v=second.handle, beta1_power=0.9**t, beta2_power=0.999**t,
                lr=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-7, grad=gradient)


class Subject:
    """A step that is ready to run."""

    def __init__(self, model, architecture, images):
        kind = Structured if architecture == "nonlinear" else MODELS.get(model, Relaxed)
        self.model = kind(model, architecture)
        adam, batch = Adam(self.model.weights), tf.constant(images)

        def step():
            loss, gradients = self.model.gradients(batch)
            adam.apply(gradients)
            return loss

        steps = {"graph": tf.function(step), "XLA": tf.function(step, jit_compile=True)}
        self.times = {name: self.time(call) for name, call in steps.items()}
        how = min(self.times, key=self.times.get)
        self.step = steps[how]
        self.name = f"TensorFlow {tf.__version__} {how}"

    @staticmethod
    def time(step, count=9):
        """Median processor time of a step in milliseconds, once it is compiled."""
        times = []
        step().numpy()
        for _ in range(count):
            begin = time.process_time()
            step().numpy()
            times.append(1e3 * (time.process_time() - begin))
        return statistics.median(times)

    def run(self):
        return self.step().numpy()
