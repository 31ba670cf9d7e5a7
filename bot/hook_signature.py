"""How what we post is signed: the scheme of Standard Webhooks, so that receivers can check it with any library."""

import hashlib
import hmac
from base64 import b64encode


def signed_headers(secret: str, ident: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Headers to post with. ``ident`` is the same at every try of the same news, ``timestamp`` seconds since 1970."""
    words = f"{ident}.{timestamp}.".encode() + body
    code = b64encode(hmac.new(secret.encode(), words, hashlib.sha256).digest()).decode()
    return {"webhook-id": ident, "webhook-timestamp": str(timestamp), "webhook-signature": f"v1,{code}"}
