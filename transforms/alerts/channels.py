"""Hands messages to channels, of whatever kind."""

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

from blockwire.schemas import Alert
from blockwire.schemas.alerting import Channel
from blockwire.transforms.alerts.courier_process import CourierProcess, Parcel
from blockwire.transforms.alerts.failures import ChannelError
from blockwire.transforms.alerts.files import publish
from blockwire.transforms.alerts.messages import Message


class Channels:
    """What brings messages to where they belong. Use it as a context manager.

    Args:
        environ: where the addresses are that ``url_env`` names.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._courier = CourierProcess()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._courier.close()

    def send(self, channel: Channel, message: Message, earlier: Callable[[], Sequence[Alert]]) -> None:
        """Sends a message.

        Args:
            channel: where to.
            message: what.
            earlier: gives what the channel had before, for those that show it.

        Raises:
            ChannelError: where it did not arrive, or nobody can tell.
        """
        if channel.is_file:
            publish(channel, message.alerts, earlier())
        else:
            self._courier.deliver(self._parcel(channel, message), channel.timeout_s)

    def _parcel(self, channel: Channel, message: Message) -> Parcel:
        webhook = channel.kind == "webhook"
        return Parcel(
            kind="webhook" if webhook else "apprise",
            url=address_of(channel, self._environ),
            key=message.key,
            title=message.title,
            body=message.payload() if webhook else message.body(channel.format),
            form=channel.format,
        )


def address_of(channel: Channel, environ: Mapping[str, str]) -> str:
    """The address of a channel, a secret.

    Raises:
        ChannelError: where it is not to be found.
    """
    if channel.url_file is not None:
        try:
            address = channel.url_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no text"
            raise ChannelError("no_address", f"{str(channel.url_file)!r} cannot be read: {reason}") from error
        where = f"the file {str(channel.url_file)!r} is empty"
    else:
        address = environ.get(channel.url_env or "", "").strip()
        where = f"the environment variable {channel.url_env} is not set"
    if not address:
        raise ChannelError("no_address", f"{where}: put the channel's address there")
    return address
