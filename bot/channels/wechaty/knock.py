"""One question to a gateway, without its event stream: whether it is one, and takes our token."""

from enum import StrEnum

from grpclib.config import Configuration

from bot.channels.wechaty.gathering import GatheringChannel
from bot.channels.wechaty.settings import WechatySettings, address, tls_context
from bot.channels.wechaty.wire import Declined, Gone, Wire

LONGEST_S = 5.0


class Knock(StrEnum):
    """What came of it."""

    ANSWERS = "answers"
    OTHER_TOKEN = "other token"  # noqa: S105 - what is wrong with one, not one
    SILENT = "silent"


async def knock(settings: WechatySettings) -> tuple[Knock, str]:
    """Ask for its version; whoever listens to the gateway goes on undisturbed. With SILENT comes the reason.

    Raises:
        OSError: ``ca_file`` cannot be read.
    """
    host, port = address(settings.endpoint)
    name = settings.server_name if settings.tls else None
    channel = GatheringChannel(
        host, port, ssl=tls_context(settings), config=Configuration(ssl_target_name_override=name)
    )
    metadata = {"authorization": f"Wechaty {settings.token}"}
    wire = Wire(channel, timeout=min(settings.rpc_timeout_s, LONGEST_S), metadata=metadata)
    try:
        await wire.version()
    except Gone as gone:
        return Knock.SILENT, str(gone)
    except Declined as declined:  # whatever else it says: it is there, and took the token
        return (Knock.OTHER_TOKEN if declined.status == "UNAUTHENTICATED" else Knock.ANSWERS), ""
    finally:
        channel.close()
    return Knock.ANSWERS, ""
