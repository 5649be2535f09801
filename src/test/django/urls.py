from django.urls import path

from iot import views

urlpatterns = [
    path("mqtt/", views.receive),
    path("ask/", views.ask),
    path("publish/", views.publish),
    path("messages/", views.messages),
]
