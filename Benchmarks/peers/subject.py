"""What every framework's step has in common: the sizes of the model and of its layers."""

import math

VARIABLES, CATEGORIES, TEMPERATURE = 20, 10, 0.5
PIXELS = 784
WIDTHS = {"dense": [], "dense_nonlinear": [512, 256]}


def layers(model, architecture):
    """Of encoder and decoder, for each layer: inputs, outputs, and the bound of its uniform first weights."""
    hidden = WIDTHS[architecture]
    posterior = VARIABLES * CATEGORIES if model == "GS_Dis" else 2 * VARIABLES * (CATEGORIES - 1)
    sides = [PIXELS, *hidden, posterior], [VARIABLES * CATEGORIES, *hidden[::-1], PIXELS]
    return [[(n, m, math.sqrt(6 / (n + m))) for n, m in zip(widths, widths[1:])] for widths in sides]
