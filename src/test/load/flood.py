"""Publishes "message 1" to "message N" as fast as the broker takes them (MQTT 3.1.1, QoS 0 or 1), and prints when it began, in ns.

usage: flood.py PORT TOPIC MESSAGES QOS [TOPICS]: with TOPICS in turn to TOPIC/0, TOPIC/1 and so on
"""

import socket
import struct
import sys
import threading
import time

port, topic, messages, qos = int(sys.argv[1]), sys.argv[2].encode(), int(sys.argv[3]), int(sys.argv[4])

topics = int(sys.argv[5]) if len(sys.argv) > 5 else 0


def packet(first_byte, body):
    length, encoded = len(body), b""
    while True:
        length, digit = divmod(length, 128)
        encoded += bytes([digit | (0x80 if length else 0)])
        if not length:
            return bytes([first_byte]) + encoded + body


def publish(number):
    packet_id = struct.pack(">H", (number - 1) % 65535 + 1) if qos else b""
    name = topic + b"/%d" % (number % topics) if topics else topic
    return packet(0x30 | qos << 1, struct.pack(">H", len(name)) + name + packet_id + b"message %d" % number)


def read(count):
    while count > 0:
        chunk = broker.recv(min(count, 65536))
        if not chunk:
            sys.exit("the broker has closed the connection")
        count -= len(chunk)


broker = socket.create_connection(("127.0.0.1", port))
broker.sendall(packet(0x10, b"\x00\x04MQTT\x04\x02\x00\x00\x00\x05flood"))
read(4)  # CONNACK
confirmations = threading.Thread(target=read, args=(4 * messages * qos,))
confirmations.start()
# Encoded before the clock starts, for it is the consumers that are measured.
flood = b"".join(publish(number) for number in range(1, messages + 1))
print(time.time_ns())
broker.sendall(flood)
confirmations.join()
broker.sendall(b"\xe0\x00")
