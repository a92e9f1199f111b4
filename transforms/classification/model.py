"""The small linear model that may stand on top of the rules: a logistic regression over their contributions."""

import math

from blockwire.schemas.rules import LinearModel


def probability(model: LinearModel, contributions: dict[str, float]) -> float:
    """The probability that an item is relevant; features that the model does not know do not count."""
    total = model.bias + sum(model.weights.get(name, 0.0) * value for name, value in contributions.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
