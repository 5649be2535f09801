import json

import requests
from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_POST

from iot import signature
from iot.models import Message

# One session for each process keeps its connections to the gateway.
gateway = requests.Session()


@signature.required
def receive(request):
    """MQTT to Django: the gateway posts each message here, and acknowledges it to the broker after our 2xx."""
    message = json.loads(request.body)
    Message.objects.get_or_create(
        webhook_id=request.headers["webhook-id"],
        defaults={
            "topic": message["topic"],
            "payload": message["payload"],
            "received_at": parse_datetime(message["receivedAt"]),
        },
    )
    return HttpResponse(status=204)


@signature.required
def ask(request):
    """A device asks over MQTT how many messages of a topic there are: the gateway publishes our answer to its Response Topic."""
    topic = json.loads(request.body)["payload"]
    return JsonResponse({"topic": topic, "messages": Message.objects.filter(topic=topic).count()})


@require_POST
def publish(request):
    """Django to MQTT: a 200 of the gateway means that the broker has the message."""
    try:
        answer = gateway.post(
            settings.MQTT_GATEWAY_URL + "/publish",
            json={"topic": request.POST["topic"], "msg": request.POST["msg"]},
            timeout=10,
        )
    except requests.RequestException:
        return JsonResponse({"detail": "the gateway is away"}, status=503)
    return JsonResponse(answer.json(), status=answer.status_code)


@require_GET
def messages(request):
    """What has come so far."""
    rows = Message.objects.values("topic", "payload")
    return JsonResponse({"count": len(rows), "messages": list(rows)})
