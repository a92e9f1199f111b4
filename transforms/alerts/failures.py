"""What can go wrong between us and a channel."""


class ChannelError(Exception):
    """A message did not arrive. The text is one line without secrets."""

    def __init__(self, reason: str, message: str) -> None:
        """
        Args:
            reason: a short name: ``timeout``, ``refused``, ``crashed``, ``unwritable``, ``no_address``.
            message: what happened, in a sentence.
        """
        super().__init__(reason, message)
        self.reason = reason
        self.message = message

    def __str__(self) -> str:
        return self.message
