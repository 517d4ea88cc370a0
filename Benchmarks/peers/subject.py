"""What every framework's step has in common: the sizes of the model and of its layers."""

import math

VARIABLES, CATEGORIES, TEMPERATURE = 20, 10, 0.5
PIXELS = 784
# Of the mixtures.
COMPONENTS, DIMENSION = 20, 50
# Of structured output prediction: random units of a layer; the pixels that are given, and as many to predict.
UNITS, HALF = 240, PIXELS // 2


def posterior(model):
    """Numbers that the encoder gives for an image."""
    if model in ("GS_Dis", "Relax_GS_Dis", "Relax_Ber_Dis"):
        return VARIABLES * CATEGORIES
    if model == "DLGMM_IGR":
        return 2 * COMPONENTS * DIMENSION + 2 * (COMPONENTS - 1)
    return 2 * VARIABLES * (CATEGORIES - 1)


def hidden(model, architecture):
    """Widths of the hidden layers of encoder and decoder."""
    return {
        "dense": ([], []),
        "dense_nonlinear": ([512, 256], [256, 512]),
        "dense_relax": ([posterior(model)] * 2, [200, 200]),
        "dlgmm_dense": ([200] * 3, [200] * 2),
    }[architecture]


def chain(*widths):
    """Of dense layers one behind the other, for each: inputs, outputs, and the bound of its uniform first weights."""
    return [(n, m, math.sqrt(6 / (n + m))) for n, m in zip(widths, widths[1:])]


def layers(model, architecture):
    """Of encoder and decoder, for each dense layer, what `chain` gives."""
    encoder, decoder = hidden(model, architecture)
    latent = DIMENSION if model == "DLGMM_IGR" else VARIABLES * CATEGORIES
    return chain(PIXELS, *encoder, posterior(model)), chain(latent, *decoder, PIXELS)


def is_dense(model, architecture):
    """Whether the step is one of those that every framework has here."""
    return model in ("GS_Dis", "IGR_I_Dis") and architecture in ("dense", "dense_nonlinear")
