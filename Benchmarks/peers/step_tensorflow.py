"""One training step of a discrete-latent VAE as a TensorFlow graph (`tf.function`), of the same mathematics as ours and as
step_jax.py: binarised or grey images, 20 variables of 10 categories, one sample, Adam.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import tensorflow as tf

from subject import CATEGORIES, TEMPERATURE, VARIABLES, layers

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)


def start(model, architecture):
    """Weights of encoder and decoder: [(kernel, bias)] each."""
    return [
        [(tf.Variable(tf.random.uniform((inputs, outputs), -bound, bound)), tf.Variable(tf.zeros(outputs)))
         for inputs, outputs, bound in side]
        for side in layers(model, architecture)]


def network(side, x):
    for index, (kernel, bias) in enumerate(side):
        x = x @ kernel + bias
        if index + 1 < len(side):
            x = tf.nn.relu(x)
    return x


def categorical(encoder, images):
    """GS_Dis: ψ of the Gumbel-Softmax, and the KL of the categories against uniform ones."""
    log_alpha = tf.reshape(network(encoder, images), (-1, CATEGORIES, VARIABLES))
    uniform = tf.random.uniform(tf.shape(log_alpha), 1e-20, 1.0)
    log_psi = tf.nn.log_softmax((log_alpha - tf.math.log(-tf.math.log(uniform))) / TEMPERATURE, axis=1)

    def density(logits):
        inner = logits - TEMPERATURE * log_psi
        return tf.reduce_sum(
            tf.reduce_sum(inner, 1) - CATEGORIES * tf.reduce_logsumexp(inner, axis=1), 1)

    return tf.exp(log_psi), density(log_alpha) - density(tf.zeros_like(log_alpha))


def gaussian(encoder, images):
    """IGR_I_Dis: softmax++ of a Gaussian, and its sampled KL against a standard one."""
    encoded = tf.reshape(network(encoder, images), (-1, 2, CATEGORIES - 1, VARIABLES))
    mean, log_deviation = encoded[:, 0], encoded[:, 1]
    epsilon = tf.random.normal(tf.shape(mean))
    kappa = mean + tf.exp(log_deviation) * epsilon
    psi = tf.nn.softmax(tf.pad(kappa / TEMPERATURE, ((0, 0), (0, 1), (0, 0))), axis=1)
    divergence = tf.reduce_sum(0.5 * kappa**2 - 0.5 * epsilon**2 - log_deviation, (1, 2))
    return psi, divergence


class Subject:
    """A step that is ready to run."""

    name = f"TensorFlow {tf.__version__}"

    def __init__(self, model, architecture, images):
        encoder, decoder = start(model, architecture)
        weights = [array for side in (encoder, decoder) for layer in side for array in layer]
        firsts, seconds = ([tf.Variable(tf.zeros_like(array)) for array in weights] for _ in range(2))
        count = tf.Variable(0.0)
        batch = tf.constant(images)
        sample = categorical if model == "GS_Dis" else gaussian

        @tf.function
        def step():
            with tf.GradientTape() as tape:
                psi, divergence = sample(encoder, batch)
                logits = network(decoder, tf.reshape(psi, (-1, CATEGORIES * VARIABLES)))
                likelihood = -tf.reduce_sum(
                    tf.nn.sigmoid_cross_entropy_with_logits(labels=batch, logits=logits), 1)
                loss = tf.reduce_mean(divergence - likelihood)
            t = count.assign_add(1.0)
            for weight, first, second, gradient in zip(weights, firsts, seconds, tape.gradient(loss, weights)):
                # The fused kernel of Keras's Adam; its rate holds both corrections of the moments.
                tf.raw_ops.ResourceApplyAdam(
                    var=weight.handle, m=first.handle, v=second.handle, beta1_power=0.9**t, beta2_power=0.999**t,
                    lr=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-7, grad=gradient)
            return loss

        self.step = step
        self.run()

    def run(self):
        self.step().numpy()
