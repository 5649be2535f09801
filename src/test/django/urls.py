from django.urls import path

from iot import panel, views

urlpatterns = [
    path("mqtt/", views.receive),
    path("ask/", views.ask),
    path("publish/", views.publish),
    path("messages/", views.messages),
    path("panel/", panel.panel),
    path("panel/token/", panel.token),
]
