"""Listens to the live feed on many connections from one process, until SIGTERM; then prints the events that came, those dropped, and the time in s.

One process that reads whatever a socket has and counts in it costs the machine far less than a client for each listener would, so that
the gateway is measured and not its listeners.
usage: listen.py PORT LISTENERS [NOT_READING]   prints "listening" when all have their first bytes
"""

import re
import select
import signal
import socket
import sys
import time

port, listeners, silent = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0
EVENT = b'\ndata:{"topic"'
DROPPED = re.compile(rb'data:{"count":(\d+)}')
TAIL = len(EVENT) - 1  # what the end of a read can have of an event
buffer = bytearray(1 << 18)
view = memoryview(buffer)
sockets, tails, events, dropped, ended = {}, {}, 0, 0, False


def stop(*_):
    global ended
    ended = True


def connect():
    listener = socket.socket()
    listener.connect(("127.0.0.1", port))
    listener.sendall(b"GET /messages HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    if b" 200 " not in listener.recv(12 + 1):
        sys.exit("a listener was refused")
    return listener


signal.signal(signal.SIGTERM, stop)
silent_ones = [connect() for _ in range(silent)]
poll = select.epoll()
for _ in range(listeners - silent):
    reader = connect()
    sockets[reader.fileno()] = reader
    tails[reader.fileno()] = b""
    poll.register(reader, select.EPOLLIN)
print("listening", flush=True)
begin = time.monotonic()
while not ended:
    for number, _ in poll.poll(0.2):
        size = sockets[number].recv_into(buffer)
        if size == 0:
            sys.exit("the gateway has ended a stream")
        events += buffer.count(EVENT, 0, size) + (tails[number] + bytes(view[: min(TAIL, size)])).count(EVENT)
        tails[number] = bytes(view[max(0, size - TAIL) : size])
        if buffer.find(b"event:dropped", 0, size) >= 0:
            dropped += sum(int(count) for count in DROPPED.findall(view[:size]))
    # What comes in the meantime is read in one piece.
    time.sleep(0.002)
print(events, dropped, f"{time.monotonic() - begin:.2f}", flush=True)
