from django.db import models


class Message(models.Model):
    """A message that came over MQTT."""

    # The gateway may send a message twice, always with the same id: unique makes the second one nothing.
    webhook_id = models.CharField(max_length=64, unique=True)
    topic = models.TextField()
    payload = models.TextField()
    received_at = models.DateTimeField()

    class Meta:
        app_label = "iot"
        ordering = ["pk"]
