"""One classifier for each process: it takes a second to make and fifty megabytes to keep, and steps and rounds use the same rules."""

import threading

from blockwire.schemas.rules import RuleSet
from blockwire.transforms.classification.classifier import Classifier

_lock = threading.Lock()
_made: list[Classifier] = []


def classifier_of(rules: RuleSet) -> Classifier:
    """The classifier of these rules; the last one made is kept."""
    with _lock:
        # The same object, or one that came to a worker by pickle.
        if not _made or (_made[0].rules is not rules and _made[0].rules != rules):
            _made[:] = [Classifier(rules)]
        return _made[0]
