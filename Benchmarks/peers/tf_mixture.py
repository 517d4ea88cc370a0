"""DLGMM_IGR in TensorFlow: a mixture whose weights are broken from a stick at logit-normal fractions (Nalisnick 2016)."""

import math

import tensorflow as tf

from subject import COMPONENTS, DIMENSION, layers
from tf_networks import Dense, bernoulli

LOG_TWO_PI = math.log(2 * math.pi)


def prior_means():
    """Zero for the first component, ±1/√V for the others."""
    signs = tf.sign(tf.random.uniform((COMPONENTS - 1, DIMENSION), -1, 1))
    return tf.concat([tf.zeros((1, DIMENSION)), signs / math.sqrt(DIMENSION)], 0)


def sticks(mean, log_deviation):
    """Weights of the components [B, K], clipped, and log q of the fractions [B] with its parameters fixed."""
    kappa = mean + tf.exp(log_deviation) * tf.random.normal(tf.shape(mean))
    log_fraction, log_rest = -tf.nn.softplus(-kappa), -tf.nn.softplus(kappa)
    left = tf.cumsum(log_rest, axis=1)
    pieces = tf.concat([log_fraction[:, :1], log_fraction[:, 1:] + left[:, :-1], left[:, -1:]], 1)
    mean, log_deviation = tf.stop_gradient(mean), tf.stop_gradient(log_deviation)
    density = (-0.5 * ((kappa - mean) * tf.exp(-log_deviation))**2 - log_deviation - 0.5 * LOG_TWO_PI
               - log_fraction - log_rest)
    return tf.clip_by_value(tf.exp(pieces), 1e-4, 0.9999), tf.reduce_sum(density, 1)


def points(mean, log_variance):
    """A point of every component [B, K, V], and log N of each [B, K] with its parameters fixed."""
    z = mean + tf.exp(0.5 * log_variance) * tf.random.normal(tf.shape(mean))
    mean, log_deviation = tf.stop_gradient(mean), tf.stop_gradient(0.5 * log_variance)
    density = -0.5 * ((z - mean) * tf.exp(-log_deviation))**2 - log_deviation
    return z, tf.reduce_sum(density, 2) - 0.5 * LOG_TWO_PI * DIMENSION


class Mixture:
    def __init__(self, model, architecture):
        self.encoder, self.decoder = (Dense(side) for side in layers(model, architecture))
        self.weights = self.encoder.weights + self.decoder.weights
        self.means = prior_means()

    def gradients(self, images):
        with tf.GradientTape() as tape:
            loss = self.loss(images)
        return loss, tape.gradient(loss, self.weights)

    def loss(self, images):
        block, count = COMPONENTS * DIMENSION, COMPONENTS - 1
        mean, log_variance, mu, xi = tf.split(self.encoder(images), (block, block, count, count), 1)
        weights, log_weights_density = sticks(mu, xi)
        shape = (-1, COMPONENTS, DIMENSION)
        z, log_densities = points(tf.reshape(mean, shape), tf.reshape(log_variance, shape))
        log_points_density = tf.reduce_logsumexp(tf.math.log(weights) + log_densities, 1)
        logits = tf.reshape(self.decoder(tf.reshape(z, (-1, DIMENSION))), (-1, COMPONENTS, images.shape[1]))
        log_likelihoods = bernoulli(images[:, None], logits)
        log_priors = -0.5 * tf.reduce_sum((z - self.means)**2, 2) - 0.5 * LOG_TWO_PI * DIMENSION
        expected = tf.reduce_sum(weights * (log_likelihoods + log_priors), 1)
        return tf.reduce_mean(log_weights_density + log_points_density - expected)
