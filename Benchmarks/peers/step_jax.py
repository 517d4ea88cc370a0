"""One training step of a discrete-latent VAE in JAX, jitted, of the same mathematics as ours: binarised or grey images,
20 variables of 10 categories, one sample, Adam. Weights are given back to the step (donated), so that it may work in place.
"""

import os

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import functools

import jax, jax.numpy as jnp

from subject import CATEGORIES, TEMPERATURE, VARIABLES, is_dense, layers


def start(model, architecture, key):
    """Weights of encoder and decoder: [(kernel, bias)] each."""
    weights = {}
    for name, side in zip(("encoder", "decoder"), layers(model, architecture)):
        weights[name] = []
        for inputs, outputs, bound in side:
            key, part = jax.random.split(key)
            weights[name].append((jax.random.uniform(part, (inputs, outputs), minval=-bound, maxval=bound),
                                  jnp.zeros(outputs)))
    return weights


def network(side, x):
    for index, (kernel, bias) in enumerate(side):
        x = x @ kernel + bias
        if index + 1 < len(side):
            x = jax.nn.relu(x)
    return x


def categorical(weights, images, key):
    """GS_Dis: log ψ of the Gumbel-Softmax, and the KL of the categories against uniform ones."""
    log_alpha = network(weights["encoder"], images).reshape(-1, CATEGORIES, VARIABLES)
    noise = jax.random.gumbel(key, log_alpha.shape)
    log_psi = jax.nn.log_softmax((log_alpha + noise) / TEMPERATURE, axis=1)
    # Densities of log ψ under posterior and prior, which is uniform, at the same temperature.
    def density(logits):
        inner = logits - TEMPERATURE * log_psi
        return (inner.sum(1) - CATEGORIES * jax.nn.logsumexp(inner, axis=1)).sum(1)
    return jnp.exp(log_psi), density(log_alpha) - density(jnp.zeros_like(log_alpha))


def gaussian(weights, images, key):
    """IGR_I_Dis: softmax++ of a Gaussian, and its sampled KL against a standard one."""
    mean, log_deviation = jnp.split(
        network(weights["encoder"], images).reshape(-1, 2, CATEGORIES - 1, VARIABLES), 2, axis=1)
    mean, log_deviation = mean[:, 0], log_deviation[:, 0]
    epsilon = jax.random.normal(key, mean.shape)
    kappa = mean + jnp.exp(log_deviation) * epsilon
    padded = jnp.concatenate([kappa / TEMPERATURE, jnp.zeros_like(kappa[:, :1])], axis=1)
    psi = jax.nn.softmax(padded, axis=1)
    divergence = (0.5 * kappa**2 - 0.5 * epsilon**2 - log_deviation).sum((1, 2))
    return psi, divergence


def loss(weights, images, key, model):
    psi, divergence = (categorical if model == "GS_Dis" else gaussian)(weights, images, key)
    logits = network(weights["decoder"], psi.reshape(-1, CATEGORIES * VARIABLES))
    likelihood = (images * logits - jax.nn.softplus(logits)).sum(1)
    return (divergence - likelihood).mean()


@functools.partial(jax.jit, static_argnums=0, donate_argnums=1)
def step(model, state, images):
    weights, first, second, count, key = state
    key, noise = jax.random.split(key)
    value, gradient = jax.value_and_grad(loss)(weights, images, noise, model)
    count = count + 1
    first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradient)
    second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradient)
    a, b = 1 / (1 - 0.9**count), 1 / (1 - 0.999**count)
    weights = jax.tree.map(
        lambda w, m, v: w - 1e-3 * (m * a) / (jnp.sqrt(v * b) + 1e-7), weights, first, second)
    return (weights, first, second, count, key), value


def has(model, architecture):
    return is_dense(model, architecture)


class Subject:
    """A step that is ready to run."""

    name = f"JAX {jax.__version__}"

    def __init__(self, model, architecture, images):
        self.model, self.images = model, jnp.asarray(images)
        weights = start(model, architecture, jax.random.key(1, impl="rbg"))
        zeros = lambda: jax.tree.map(jnp.zeros_like, weights)
        self.state = (weights, zeros(), zeros(), jnp.float32(0), jax.random.key(2, impl="rbg"))
        self.run()

    def run(self):
        self.state, value = step(self.model, self.state, self.images)
        value.block_until_ready()
