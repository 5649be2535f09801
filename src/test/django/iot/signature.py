"""Standard Webhooks 1.0: whether a request was signed with our key, and lately."""
import base64
import functools
import hashlib
import hmac
import time

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

TOLERANCE_SECONDS = 5 * 60


def is_valid(headers, body, secret):
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    # An old request that somebody recorded must not be taken again for ever.
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    key = base64.b64decode(secret[len("whsec_"):])
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    # In constant time, so that a caller cannot find a signature byte by byte. While the key is changed there may be several.
    given = headers.get("webhook-signature", "").encode().split(b" ")
    return any([hmac.compare_digest(expected, one) for one in given])


def required(view):
    """Lets only the gateway call the view. It has no cookie and no CSRF token; the signature protects the view instead."""

    @csrf_exempt
    @require_POST
    @functools.wraps(view)
    def signed_view(request):
        if not is_valid(request.headers, request.body, settings.MQTT_WEBHOOK_SECRET):
            return HttpResponse(status=401)
        return view(request)

    return signed_view
