"""Relax_GS_Dis in TensorFlow: categorical variables that are not relaxed (RELAX, Grathwohl 2018).

The encoder follows the estimator g, the decoder the gradient of f(b), and the control variate that of mean Σ g², which is
a gradient of a gradient.
"""

import math

import tensorflow as tf

from subject import CATEGORIES, VARIABLES, chain, layers
from tf_networks import Dense, bernoulli

LATENT = CATEGORIES * VARIABLES
LOG_PRIOR = -VARIABLES * math.log(CATEGORIES)


def gumbel(shape):
    return -tf.math.log(-tf.math.log(tf.random.uniform(shape, 1e-20, 1.0)))


def conditional(b, log_alpha):
    """z given that its largest entries are those that b marks."""
    noise = gumbel(tf.shape(log_alpha))
    top = tf.reduce_logsumexp(log_alpha, 1, keepdims=True) + tf.reduce_sum(b * noise, 1, keepdims=True)
    # −log(exp(−free) + exp(−top)), taken from the smaller of both.
    free = log_alpha + noise
    others = tf.minimum(free, top) - tf.nn.softplus(-tf.abs(free - top))
    return tf.where(b > 0, top, others)


class Relax:
    def __init__(self, model, architecture):
        self.encoder, self.decoder = (Dense(side, is_centered=True) for side in layers(model, architecture))
        self.network = Dense(chain(LATENT, 50, 1), is_centered=True)
        self.scale = tf.Variable(1.0)
        self.log_temperature = tf.Variable(tf.fill((CATEGORIES, VARIABLES), 1.6093))
        self.control = [*self.network.weights, self.scale, self.log_temperature]
        self.weights = self.encoder.weights + self.decoder.weights + self.control

    def loss(self, images, y, log_probabilities):
        """f(y) [B] of y [B, K, V]."""
        logits = self.decoder(tf.reshape(y, (-1, LATENT)))
        return tf.reduce_sum(y * log_probabilities, (1, 2)) - LOG_PRIOR - bernoulli(images, logits)

    def controlled(self, images, z, log_probabilities):
        """c(z) [B]."""
        s = tf.nn.softmax(z * tf.exp(-self.log_temperature), 1)
        r = self.scale * self.network(tf.reshape(s, (-1, LATENT)))[:, 0]
        return self.loss(images, s, log_probabilities) + r

    def gradients(self, images):
        with tf.GradientTape(persistent=True) as outer:
            encoded = self.encoder(images)
            with tf.GradientTape(persistent=True) as inner:
                inner.watch(encoded)
                log_alpha = tf.reshape(encoded, (-1, CATEGORIES, VARIABLES))
                log_probabilities = tf.nn.log_softmax(log_alpha, 1)
                z = log_alpha + gumbel(tf.shape(log_alpha))
                b = tf.one_hot(tf.argmax(z, 1), CATEGORIES, axis=1)
                log_probability = tf.reduce_sum(b * log_probabilities, (1, 2))
                given = self.controlled(images, conditional(b, log_alpha), log_probabilities)
                difference = self.controlled(images, z, log_probabilities) - given
            losses = self.loss(images, b, log_probabilities)
            score = inner.gradient(log_probability, encoded)
            # The loss's own dependence on the encoder at fixed b is log q(b), so its gradient is the score too.
            estimate = (losses - given + 1)[:, None] * score + inner.gradient(difference, encoded)
            variance = tf.reduce_mean(tf.reduce_sum(estimate**2, 1))
            loss = tf.reduce_mean(losses)
        of_encoder = outer.gradient(
            encoded, self.encoder.weights, output_gradients=estimate / images.shape[0])
        return loss, (of_encoder + outer.gradient(loss, self.decoder.weights)
                      + outer.gradient(variance, self.control))
