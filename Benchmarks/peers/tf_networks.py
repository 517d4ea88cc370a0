"""Networks in TensorFlow: dense layers one behind the other, and the convolutions of `conv_jointvae`."""

import math

import tensorflow as tf

from subject import CATEGORIES, VARIABLES, chain, posterior


def uniform(shape, bound):
    return tf.Variable(tf.random.uniform(shape, -bound, bound))


class Dense:
    """Dense layers with ReLU between them.

    layers: of each its inputs, its outputs and the bound of its first weights.
    is_centered: takes 2x − 1 in place of x.
    """

    def __init__(self, layers, is_centered=False):
        self.layers = [(uniform((inputs, outputs), bound), tf.Variable(tf.zeros(outputs)))
                       for inputs, outputs, bound in layers]
        self.is_centered = is_centered
        self.weights = [array for layer in self.layers for array in layer]

    def __call__(self, x):
        x = 2 * x - 1 if self.is_centered else x
        for index, (kernel, bias) in enumerate(self.layers):
            x = x @ kernel + bias
            if index + 1 < len(self.layers):
                x = tf.nn.relu(x)
        return x


def kernels(channels, is_transposed):
    """4×4 kernels and biases of layers that take and give these channels."""
    pairs = list(zip(channels, channels[1:]))
    bounds = [math.sqrt(6 / (16 * (n + m))) for n, m in pairs]
    return [
        (uniform((4, 4, m, n) if is_transposed else (4, 4, n, m), bound), tf.Variable(tf.zeros(m)))
        for (n, m), bound in zip(pairs, bounds)]


class ConvolutionalEncoder:
    """Images of 32×32 pixels to the posterior, with a dense layer for each of its two parameters."""

    def __init__(self, model):
        self.kernels = kernels((1, 32, 64, 64), is_transposed=False)
        self.trunk = Dense(chain(4 * 4 * 64, 256))
        self.heads = [Dense(chain(256, posterior(model) // 2)) for _ in range(2)]
        self.weights = [array for layer in self.kernels for array in layer] + [
            array for network in (self.trunk, *self.heads) for array in network.weights]

    def __call__(self, images):
        x = tf.reshape(images, (-1, 32, 32, 1))
        for kernel, bias in self.kernels:
            x = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, kernel, 2, "SAME"), bias))
        x = tf.nn.relu(self.trunk(tf.reshape(x, (-1, 4 * 4 * 64))))
        return tf.concat([head(x) for head in self.heads], 1)


class ConvolutionalDecoder:
    """Latent variables to the logits of 32×32 pixels."""

    def __init__(self):
        self.trunk = Dense(chain(VARIABLES * CATEGORIES, 256, 4 * 4 * 64))
        self.kernels = kernels((64, 32, 32, 1), is_transposed=True)
        self.weights = self.trunk.weights + [array for layer in self.kernels for array in layer]

    def __call__(self, z):
        x = tf.nn.relu(tf.reshape(self.trunk(z), (-1, 4, 4, 64)))
        for index, (kernel, bias) in enumerate(self.kernels):
            side = 8 << index
            shape = (z.shape[0], side, side, kernel.shape[2])
            x = tf.nn.bias_add(tf.nn.conv2d_transpose(x, kernel, shape, 2), bias)
            if index + 1 < len(self.kernels):
                x = tf.nn.relu(x)
        return tf.reshape(x, (-1, 32 * 32))


def bernoulli(images, logits):
    """log p(x|z), the sum over the last axis."""
    return tf.reduce_sum(images * logits - tf.nn.softplus(logits), -1)
