"""A page that listens to the gateway: its address is another origin, so the browser gets a token in a cookie that both are sent."""
import time

import jwt
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST
from jwt.algorithms import HMACAlgorithm

LIFETIME_SECONDS = settings.MQTT_TOKEN_SECONDS


# In a project with users both views have @login_required, and the token names the user and what he may listen to.
@require_GET
def panel(request):
    return with_token(request, render(request, "panel.html", {"gateway": settings.MQTT_GATEWAY_URL}))


@require_POST
def token(request):
    return with_token(request, HttpResponse(status=204))


def with_token(request, response):
    now = int(time.time())
    claims = {
        "sub": "panel",
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
        "mqtt_publish": [],
        "mqtt_subscribe": ["sensors/#", "alarms/#"],
    }
    response.set_cookie(
        "mqtt_token",
        jwt.encode(claims, HMACAlgorithm.from_jwk(settings.MQTT_TOKEN_KEY), algorithm="HS256"),
        max_age=LIFETIME_SECONDS,
        # app.example.org and gateway.example.org share a cookie of example.org.
        domain=settings.MQTT_TOKEN_DOMAIN,
        # No script reads it, and no page of another site has it sent.
        httponly=True,
        samesite="Strict",
        secure=request.is_secure(),
    )
    return response
