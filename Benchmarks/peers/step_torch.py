"""One training step of a discrete-latent VAE in PyTorch, eager, with its fused Adam; of the same mathematics as ours and
as step_jax.py: binarised or grey images, 20 variables of 10 categories, one sample.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, log_softmax, pad

from subject import CATEGORIES, TEMPERATURE, VARIABLES, is_dense, layers

torch.set_num_threads(1)
torch.set_num_interop_threads(1)


def start(model, architecture):
    """Weights of encoder and decoder: [(kernel, bias)] each."""
    return [
        [(torch.empty(inputs, outputs).uniform_(-bound, bound).requires_grad_(), torch.zeros(outputs, requires_grad=True))
         for inputs, outputs, bound in side]
        for side in layers(model, architecture)]


def network(side, x):
    for index, (kernel, bias) in enumerate(side):
        x = torch.addmm(bias, x, kernel)
        if index + 1 < len(side):
            x = torch.relu(x)
    return x


def categorical(encoder, images):
    """GS_Dis: ψ of the Gumbel-Softmax, and the KL of the categories against uniform ones."""
    log_alpha = network(encoder, images).view(-1, CATEGORIES, VARIABLES)
    noise = -torch.empty_like(log_alpha).exponential_().log()
    log_psi = log_softmax((log_alpha + noise) / TEMPERATURE, dim=1)

    def density(logits):
        inner = logits - TEMPERATURE * log_psi
        return (inner.sum(1) - CATEGORIES * torch.logsumexp(inner, dim=1)).sum(1)

    return log_psi.exp(), density(log_alpha) - density(torch.zeros_like(log_alpha))


def gaussian(encoder, images):
    """IGR_I_Dis: softmax++ of a Gaussian, and its sampled KL against a standard one."""
    mean, log_deviation = network(encoder, images).view(-1, 2, CATEGORIES - 1, VARIABLES).unbind(1)
    epsilon = torch.randn_like(mean)
    kappa = mean + log_deviation.exp() * epsilon
    psi = torch.softmax(pad(kappa / TEMPERATURE, (0, 0, 0, 1)), dim=1)
    divergence = (0.5 * kappa**2 - 0.5 * epsilon**2 - log_deviation).sum((1, 2))
    return psi, divergence


def has(model, architecture):
    return is_dense(model, architecture)


class Subject:
    """A step that is ready to run."""

    name = f"PyTorch {torch.__version__.split('+')[0]} eager"

    def __init__(self, model, architecture, images):
        self.encoder, self.decoder = start(model, architecture)
        self.images = torch.from_numpy(images)
        self.sample = categorical if model == "GS_Dis" else gaussian
        weights = [array for side in (self.encoder, self.decoder) for layer in side for array in layer]
        self.optimiser = torch.optim.Adam(weights, lr=1e-3, eps=1e-7, fused=True)
        self.run()

    def run(self):
        psi, divergence = self.sample(self.encoder, self.images)
        logits = network(self.decoder, psi.reshape(-1, CATEGORIES * VARIABLES))
        likelihood = -binary_cross_entropy_with_logits(logits, self.images, reduction="none").sum(1)
        loss = (divergence - likelihood).mean()
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()
