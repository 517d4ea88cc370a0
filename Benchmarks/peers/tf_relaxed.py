"""GS_Dis and IGR_I_Dis in TensorFlow: relaxed samples and their sampled divergence."""

import tensorflow as tf

from subject import CATEGORIES, TEMPERATURE, VARIABLES, layers
from tf_networks import ConvolutionalDecoder, ConvolutionalEncoder, Dense


def categorical(encoded):
    """ψ of the Gumbel-Softmax, and the KL of the categories against uniform ones."""
    log_alpha = tf.reshape(encoded, (-1, CATEGORIES, VARIABLES))
    uniform = tf.random.uniform(tf.shape(log_alpha), 1e-20, 1.0)
    log_psi = tf.nn.log_softmax((log_alpha - tf.math.log(-tf.math.log(uniform))) / TEMPERATURE, axis=1)

    def density(logits):
        inner = logits - TEMPERATURE * log_psi
        return tf.reduce_sum(
            tf.reduce_sum(inner, 1) - CATEGORIES * tf.reduce_logsumexp(inner, axis=1), 1)

    return tf.exp(log_psi), density(log_alpha) - density(tf.zeros_like(log_alpha))


def gaussian(encoded):
    """softmax++ of a Gaussian, and its sampled KL against a standard one."""
    encoded = tf.reshape(encoded, (-1, 2, CATEGORIES - 1, VARIABLES))
    mean, log_deviation = encoded[:, 0], encoded[:, 1]
    epsilon = tf.random.normal(tf.shape(mean))
    kappa = mean + tf.exp(log_deviation) * epsilon
    psi = tf.nn.softmax(tf.pad(kappa / TEMPERATURE, ((0, 0), (0, 1), (0, 0))), axis=1)
    divergence = tf.reduce_sum(0.5 * kappa**2 - 0.5 * epsilon**2 - log_deviation, (1, 2))
    return psi, divergence


class Relaxed:
    def __init__(self, model, architecture):
        if architecture == "conv_jointvae":
            self.encoder, self.decoder = ConvolutionalEncoder(model), ConvolutionalDecoder()
        else:
            is_centered = architecture == "dense_relax"
            self.encoder, self.decoder = (Dense(side, is_centered) for side in layers(model, architecture))
        self.sample = categorical if model == "GS_Dis" else gaussian
        self.weights = self.encoder.weights + self.decoder.weights

    def gradients(self, images):
        with tf.GradientTape() as tape:
            psi, divergence = self.sample(self.encoder(images))
            logits = self.decoder(tf.reshape(psi, (-1, CATEGORIES * VARIABLES)))
            likelihood = -tf.reduce_sum(
                tf.nn.sigmoid_cross_entropy_with_logits(labels=images, logits=logits), 1)
            loss = tf.reduce_mean(divergence - likelihood)
        return loss, tape.gradient(loss, self.weights)
