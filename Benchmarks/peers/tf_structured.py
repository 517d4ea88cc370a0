"""Structured output prediction in TensorFlow: the lower half of an image from its upper half, through two layers of
random units, each behind a layer of tanh units (IGR_I_Dis, `nonlinear`).
"""

import tensorflow as tf

from subject import HALF, TEMPERATURE, UNITS, chain
from tf_networks import Dense


class Structured:
    def __init__(self, model, architecture):
        widths = [HALF, UNITS], [UNITS, UNITS], [UNITS, UNITS], [UNITS, UNITS], [UNITS, HALF]
        self.maps = [Dense(chain(*pair)) for pair in widths]
        self.weights = [array for network in self.maps for array in network.weights]

    def gradients(self, images):
        with tf.GradientTape() as tape:
            h, lower = images[:, :HALF], images[:, HALF:]
            for hidden, units in (self.maps[:2], self.maps[2:4]):
                l = units(tf.tanh(hidden(h)))
                h = 2 * tf.sigmoid((l + tf.random.normal(tf.shape(l))) / TEMPERATURE) - 1
            logits = self.maps[4](h)
            loss = tf.reduce_mean(tf.reduce_sum(
                tf.nn.sigmoid_cross_entropy_with_logits(labels=lower, logits=logits), 1))
        return loss, tape.gradient(loss, self.weights)
