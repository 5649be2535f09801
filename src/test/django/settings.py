"""Everything that the project needs; what differs between machines comes from the environment."""
import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent

SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", "for development only")
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
ROOT_URLCONF = "urls"
INSTALLED_APPS = ["iot"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("DJANGO_DATABASE", BASE_DIR / "db.sqlite3"),
        # Requests that write at the same time wait for each other instead of failing.
        "OPTIONS": {"timeout": 20},
    }
}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # The page that listens to the gateway from another origin.
        "DIRS": [BASE_DIR.parent / "web"],
    }
]
USE_TZ = True

# Where the gateway is, and the key that it signs with: the same as its MQTT_WEBHOOK_SECRET.
MQTT_GATEWAY_URL = os.environ.get("MQTT_GATEWAY_URL", "http://localhost:8080")
MQTT_WEBHOOK_SECRET = os.environ["MQTT_WEBHOOK_SECRET"]

# The key of the tokens with which a page listens to the gateway, as JWK: the same as its SMALLRYE_JWT_VERIFY_SECRETKEY.
MQTT_TOKEN_KEY = os.environ.get("MQTT_TOKEN_KEY", "")
MQTT_TOKEN_SECONDS = int(os.environ.get("MQTT_TOKEN_SECONDS", "300"))
# The domain that this project and the gateway have in common; none where both are on one host.
MQTT_TOKEN_DOMAIN = os.environ.get("MQTT_TOKEN_DOMAIN")
