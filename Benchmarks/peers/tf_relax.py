"""The models without relaxation in TensorFlow (RELAX and LAX, Grathwohl 2018): Relax_GS_Dis, Relax_Ber_Dis, Relax_IGR.

The encoder follows the estimator g, the decoder the gradient of f(b), and the control variate that of mean Σ g², which is
a gradient of a gradient.
"""

import math

import numpy
import tensorflow as tf

from subject import CATEGORIES, VARIABLES, chain, layers
from tf_networks import Dense, bernoulli

LATENT = CATEGORIES * VARIABLES


def uniform(like):
    return tf.random.uniform(tf.shape(like), 1e-20, 1.0)


class Relax:
    """What the three have in common. Variables are [B, categories, V], bits [B, K·V, 1]."""

    def __init__(self, model, architecture):
        self.encoder, self.decoder = (Dense(side, is_centered=True) for side in layers(model, architecture))
        self.network = Dense(chain(LATENT, 50, 1), is_centered=True)
        self.scale = tf.Variable(1.0)
        self.log_temperature = tf.Variable(tf.fill(self.shape, self.first_log_temperature))
        self.control = [*self.network.weights, self.scale, self.log_temperature]
        self.weights = self.encoder.weights + self.decoder.weights + self.control

    def loss(self, images, y, log_q):
        """f(y) [B] of y, whose log Q(y) is `log_q` [B]."""
        logits = self.decoder(tf.reshape(y, (-1, LATENT)))
        return log_q - self.log_prior - bernoulli(images, logits)

    def controlled(self, images, z, log_q):
        """c(z) [B]."""
        s = self.relaxed(z * tf.exp(-self.log_temperature))
        r = self.scale * self.network(tf.reshape(s, (-1, LATENT)))[:, 0]
        return self.loss(images, s, log_q(s)) + r

    def gradients(self, images):
        with tf.GradientTape(persistent=True) as outer:
            encoded = self.encoder(images)
            with tf.GradientTape(persistent=True) as inner:
                inner.watch(encoded)
                z, conditional, b, log_score, log_q, log_q_in_control = self.drawn(encoded)
                log_q_of_b = log_q(b)
                control = given = self.controlled(images, z, log_q_in_control)
                if conditional is not None:
                    given = self.controlled(images, conditional, log_q_in_control)
                    control = control - given
            losses = self.loss(images, b, log_q_of_b)
            score = inner.gradient(log_score, encoded)
            # The loss's own dependence on the encoder at fixed b is log Q(b): often the score itself.
            direct = score if self.is_scored_by_q else inner.gradient(log_q_of_b, encoded)
            estimate = (losses - given)[:, None] * score + inner.gradient(control, encoded) + direct
            variance = tf.reduce_mean(tf.reduce_sum(estimate**2, 1))
            loss = tf.reduce_mean(losses)
        of_encoder = outer.gradient(
            encoded, self.encoder.weights, output_gradients=estimate / images.shape[0])
        return loss, (of_encoder + outer.gradient(loss, self.decoder.weights)
                      + outer.gradient(variance, self.control))


class Categorical(Relax):
    shape, first_log_temperature = (CATEGORIES, VARIABLES), 1.6093
    log_prior, is_scored_by_q = -VARIABLES * math.log(CATEGORIES), True

    @staticmethod
    def relaxed(scaled):
        return tf.nn.softmax(scaled, 1)

    def drawn(self, encoded):
        log_alpha = tf.reshape(encoded, (-1, CATEGORIES, VARIABLES))
        log_probabilities = tf.nn.log_softmax(log_alpha, 1)
        z = log_alpha - tf.math.log(-tf.math.log(uniform(log_alpha)))
        b = tf.one_hot(tf.argmax(z, 1), CATEGORIES, axis=1)

        def log_q(y):
            return tf.reduce_sum(y * log_probabilities, (1, 2))

        return z, self.conditional(b, log_alpha), b, log_q(b), log_q, log_q

    @staticmethod
    def conditional(b, log_alpha):
        """z given that its largest entries are those that b marks."""
        noise = -tf.math.log(-tf.math.log(uniform(log_alpha)))
        top = tf.reduce_logsumexp(log_alpha, 1, keepdims=True) + tf.reduce_sum(b * noise, 1, keepdims=True)
        # −log(exp(−free) + exp(−top)), taken from the smaller of both.
        free = log_alpha + noise
        others = tf.minimum(free, top) - tf.nn.softplus(-tf.abs(free - top))
        return tf.where(b > 0, top, others)


class Bits(Relax):
    shape, first_log_temperature = (LATENT, 1), 1.6093
    log_prior, is_scored_by_q = -LATENT * math.log(2), True

    @staticmethod
    def relaxed(scaled):
        return tf.sigmoid(scaled)

    def drawn(self, encoded):
        logits = tf.reshape(encoded, (-1, LATENT, 1))
        log_one, log_zero = -tf.nn.softplus(-logits), -tf.nn.softplus(logits)
        u = uniform(logits)
        z = logits + tf.math.log(u) - tf.math.log1p(-u)
        b = tf.cast(z > 0, tf.float32)

        def log_q(y):
            return tf.reduce_sum(y * log_one + (1 - y) * log_zero, (1, 2))

        return z, self.conditional(b, logits), b, log_q(b), log_q, log_q

    @staticmethod
    def conditional(b, logits):
        """z given its sign."""
        v = uniform(logits)
        log_v, log_rest = tf.math.log(v), tf.math.log1p(-v)
        above = tf.nn.softplus(logits + log_v) - log_rest
        below = log_v - tf.nn.softplus(log_rest - logits)
        return tf.where(b > 0, above, below)


class Gaussian(Relax):
    """Relax_IGR: LAX, whose score is that of the Gaussians; log Q by quadrature on one grid for all categories."""

    shape, first_log_temperature = (CATEGORIES - 1, VARIABLES), -1.8972
    log_prior, is_scored_by_q = -VARIABLES * math.log(CATEGORIES), False
    # As ours has at the start of training, on average.
    places, weights_of_places = (
        array.astype(numpy.float32)[None, None, :, None] for array in numpy.polynomial.legendre.leggauss(40))

    @staticmethod
    def relaxed(scaled):
        return tf.nn.softmax(tf.pad(scaled, ((0, 0), (0, 1), (0, 0))), 1)

    def drawn(self, encoded):
        mu, xi = tf.split(tf.reshape(encoded, (-1, 2 * (CATEGORIES - 1), VARIABLES)), 2, 1)
        mu, sigma = tf.tanh(mu), 0.5 + 0.5 * tf.sigmoid(xi)
        z = mu + sigma * tf.random.normal(tf.shape(mu))
        b = tf.one_hot(tf.argmax(tf.pad(z, ((0, 0), (0, 1), (0, 0))), 1), CATEGORIES, axis=1)
        standardized = (tf.stop_gradient(z) - mu) / sigma
        log_score = tf.reduce_sum(
            -0.5 * standardized**2 - tf.math.log(sigma) - 0.5 * math.log(2 * math.pi), (1, 2))
        log_probabilities = tf.math.log(tf.maximum(self.probabilities(mu, sigma), 1e-37))

        def log_q(y):
            return tf.reduce_sum(y * log_probabilities, (1, 2))

        def log_q_in_control(y):
            return tf.reduce_sum(y * tf.stop_gradient(log_probabilities), (1, 2))

        return z, None, b, log_score, log_q, log_q_in_control

    def probabilities(self, mu, sigma):
        """That category k wins, [B, K, V]: ∫₀^∞ N(t; μₖ, σₖ)·Π_{j≠k} Φ((t − μⱼ)/σⱼ) dt, and Π_j Φ(−μⱼ/σⱼ) for the last."""

        def log_cdf(x):
            return tf.math.log(0.5 * tf.math.erfc(-x * math.sqrt(0.5)))

        lower = tf.stop_gradient(tf.maximum(tf.reduce_max(mu - 6 * sigma, 1, keepdims=True), 0.0))[:, :, None]
        upper = tf.stop_gradient(tf.reduce_max(mu + 6 * sigma, 1, keepdims=True))[:, :, None]
        half = 0.5 * (upper - lower)
        x = (lower + half * (self.places + 1) - mu[:, :, None]) / sigma[:, :, None]
        log_cdfs = log_cdf(x)
        log_density = -0.5 * x**2 - tf.math.log(sigma[:, :, None]) - 0.5 * math.log(2 * math.pi)
        mass = tf.exp(log_density + tf.reduce_sum(log_cdfs, 1, keepdims=True) - log_cdfs)
        first = tf.reduce_sum(half * self.weights_of_places * mass, 2)
        last = tf.exp(tf.reduce_sum(log_cdf(-mu / sigma), 1, keepdims=True))
        return tf.concat((first, last), 1)
