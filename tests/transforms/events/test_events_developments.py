"""What is new about an event: each time that it comes to a status, once."""

from alerts_samples import IN_FORCE, LIFTED, NOON, OPENED, STATUS, development, event, hours

from blockwire.transforms.events.developments import developments


def test_a_return_to_a_status_is_new_once() -> None:
    moves = [IN_FORCE, LIFTED, IN_FORCE]
    whole = event(*(development(hour, STATUS if hour else OPENED, status) for hour, status in enumerate(moves)))
    fresh = whole.model_copy(update={"developments": ()})
    assert [(one.kind, one.status) for one in developments(None, fresh, NOON)] == [
        (OPENED, IN_FORCE),
        (STATUS, LIFTED),
        (STATUS, IN_FORCE),
    ]
    known = whole.model_copy(update={"developments": whole.developments[:2]})
    assert [(one.kind, one.status) for one in developments(known, known, hours(3))] == [(STATUS, IN_FORCE)]
    assert developments(whole, whole, hours(4)) == ()
