"""What people decided about events, in the form in which grouping applies it."""

from collections.abc import Iterable, Mapping

from blockwire.schemas import Correction, CorrectionKind, Verdict

Pins = Mapping[str, Mapping[int | None, str]]
"""Article id -> which of its claims -> the id of the event that a person put it to. None: the claim that fits the event best."""

_VERDICTS = {
    CorrectionKind.CONFIRM: Verdict.CONFIRMED,
    CorrectionKind.FALSE_POSITIVE: Verdict.FALSE_POSITIVE,
    CorrectionKind.UNMARK: None,
}


def pins_of(corrections: Iterable[Correction]) -> Pins:
    """Where people put claims; a later decision outweighs an earlier one."""
    pins: dict[str, dict[int | None, str]] = {}
    for correction in corrections:
        if correction.kind in (CorrectionKind.MERGE, CorrectionKind.SPLIT):
            no_claims = (None,) * len(correction.article_ids)
            for article, claim in zip(correction.article_ids, correction.claims or no_claims, strict=True):
                of_article = pins.setdefault(article, {})
                if claim is None:
                    of_article.clear()
                of_article.pop(None, None)
                of_article[claim] = correction.event_id
    return pins


def verdicts_of(corrections: Iterable[Correction]) -> dict[str, Verdict | None]:
    """Event id -> what a person said of it last."""
    return {one.event_id: _VERDICTS[one.kind] for one in corrections if one.kind in _VERDICTS}
