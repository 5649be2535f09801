"""What callers and a broker can make the gateway hold, with the options of the image, beside a good caller who publishes every 50 ms.

usage: hostile.py JAR ATTACK [NUMBER]   prints how the good caller fared and the gateway's memory (RSS)
  heads       NUMBER (300) HTTP/2 connections with 100 requests each, whose heads have 16 KB and whose bodies do not come
  tiny-heads  NUMBER (1000) HTTP/1.1 connections with a head of 4,000 empty headers, and a body that does not come
  half-heads  NUMBER (1000) HTTP/1.1 connections whose head of 4,000 empty headers does not end
  unread      NUMBER (20) HTTP/2 connections with 100 requests each for a retained message of 1 MB, which they do not read
  polls       NUMBER (600) polls of the feed that do not read their answer of 1 MB
  properties  NUMBER (1000) publishes with 10,000 user properties each, while the broker confirms nothing for 4 s
  feeds       NUMBER (20) listeners, each to another filter, and a broker that floods them with messages of 100 KB
  calm        nothing
"""

import json
import multiprocessing
import os
import socket
import struct
import subprocess
import sys
import threading
import time

HTTP, MANAGEMENT, BROKER = 29080, 29082, 22883
OPTIONS = os.environ.get("JAVA_OPTS", "-XX:+UseSerialGC -Xms16m -Xmx512m -XX:+ExitOnOutOfMemoryError").split()
SECONDS = float(os.environ.get("SECONDS_OF_ATTACK", "20"))


# --- a broker that does what the attack needs ---


def number(length):
    encoded = b""
    while True:
        length, digit = divmod(length, 128)
        encoded += bytes([digit | (0x80 if length else 0)])
        if not length:
            return encoded


def packet(first, body):
    return bytes([first]) + number(len(body)) + body


def text(value):
    return struct.pack(">H", len(value)) + value


class Broker:
    """MQTT 5 for the gateway: confirms publishes (those to slow/ 4 s later), keeps what is retained, floods who subscribes flood/."""

    def __init__(self):
        self.retained, self.consumers, self.lock = {}, [], threading.Lock()
        listener = socket.create_server(("127.0.0.1", BROKER), backlog=100)
        while True:
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        stream, out = connection.makefile("rb", 1 << 16), threading.Lock()

        def send(data):
            with out:
                connection.sendall(data)

        try:
            while first := stream.read(1):
                length = shift = 0
                while True:
                    digit = stream.read(1)[0]
                    length |= (digit & 127) << shift
                    shift += 7
                    if digit < 128:
                        break
                self.received(first[0], stream.read(length), send)
        except OSError:
            pass

    def received(self, first, body, send):
        kind = first >> 4
        if kind == 1:
            send(packet(0x20, b"\0\0\0"))
        elif kind == 12:
            send(b"\xd0\0")
        elif kind == 10:
            send(packet(0xB0, body[:2] + b"\0\0"))
        elif kind == 8:
            size = struct.unpack(">H", body[3:5])[0]
            send(packet(0x90, body[:2] + b"\0\0"))
            self.subscribed(body[5 : 5 + size], send)
        elif kind == 3:
            size = struct.unpack(">H", body[:2])[0]
            topic, at, confirmation = body[2 : 2 + size], 2 + size, None
            if first & 6:
                confirmation, at = packet(0x40, body[at : at + 2]), at + 2
            if first & 1:
                self.retained[topic] = body[at + 1 :]
            if topic.startswith(b"consumed/"):
                for consumer in list(self.consumers):
                    consumer(packet(0x30, text(topic) + b"\0" + body[at + 1 :]))
            if confirmation and topic.startswith(b"slow/"):
                threading.Timer(4, send, (confirmation,)).start()
            elif confirmation:
                send(confirmation)

    def subscribed(self, topics, send):
        if topics.startswith(b"flood/"):
            message = packet(0x30, text(topics) + b"\0" + b"x" * 100_000)

            def flood():
                try:
                    while True:
                        send(message)
                except OSError:
                    pass

            threading.Thread(target=flood, daemon=True).start()
        elif topics.startswith(b"consumed/"):
            self.consumers.append(send)
        elif topics in self.retained:
            send(packet(0x31, text(topics) + b"\0" + self.retained[topics]))


# --- callers ---


def connect(receive=None):
    caller = socket.socket()
    if receive:
        caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    caller.connect(("127.0.0.1", HTTP))
    return caller


def post(path, body, kind="application/json"):
    return (f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body


def call(request, timeout=30):
    """Returns status and seconds; the status is 0 if nothing came."""
    begun = time.monotonic()
    try:
        with connect() as caller:
            caller.settimeout(timeout)
            caller.sendall(request)
            status = int(caller.recv(1 << 16).split()[1])
    except (OSError, IndexError):
        status = 0
    return status, time.monotonic() - begun


def good(results, end):
    """Publishes every 50 ms until told to end."""
    request = post("/publish", b'{"topic":"good/caller","msg":"Hello"}')
    threads, outcomes = [], []
    while not end.is_set():
        thread = threading.Thread(target=lambda: outcomes.append(call(request)))
        thread.start()
        threads.append(thread)
        time.sleep(0.05)
    for thread in threads:
        thread.join()
    results.put(outcomes)


# --- HTTP/2 (RFC 9113) ---


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload) << 8 | kind) + bytes([flags]) + struct.pack(">I", stream) + payload


def integer(value):
    if value < 127:
        return bytes([value])
    value -= 127
    encoded = b"\x7f"
    while value >= 128:
        encoded += bytes([value & 127 | 128])
        value >>= 7
    return encoded + bytes([value])


def literal(name, value):
    """A header that is not put into a table (RFC 7541 section 6.2.2)."""
    start = bytes([name]) if isinstance(name, int) else b"\0" + integer(len(name)) + name
    return start + integer(len(value)) + value


def head(method, path, extra=b""):
    return b"\x86" + literal(1, b"x") + literal(2, method) + literal(4, path) + extra


def http2(window=None):
    settings = b"" if window is None else struct.pack(">HI", 4, window)
    return b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, settings)


def hold(sends, receive=None):
    """Opens a connection for each of them, sends it and reads nothing; one that the gateway has ended is opened again."""
    callers = []
    for data in sends:
        callers.append(connect(receive))
        try:
            callers[-1].sendall(data)
        except OSError:
            pass
    return callers


def heads(count):
    padding = literal(b"x-padding", b"x" * 15_800)
    block = head(b"POST", b"/publish", literal(b"content-type", b"application/json") + padding)
    streams = b"".join(frame(1, 4, 2 * i + 1, block) for i in range(100))
    return hold([http2() + streams] * count)


def tiny_heads(count):
    lines = "".join(f"{chr(97 + i % 26)}:\r\n" for i in range(4_000))
    request = f"POST /publish HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n{lines}\r\n"
    return hold([request.encode()[: 16 << 10]] * count)


def half_heads(count):
    lines = "".join(f"{chr(97 + i % 26)}:\r\n" for i in range(4_000))
    return hold([f"POST /publish HTTP/1.1\r\nHost: x\r\n{lines}".encode()[: 16_000]] * count)


def unread(count):
    call(post("/publish?topic=large/retained&retain=true", b"x" * 1_000_000, "application/octet-stream"))
    block = head(b"GET", b"/retained?topic=large/retained")
    streams = b"".join(frame(1, 5, 2 * i + 1, block) for i in range(100))
    return hold([http2(0) + streams] * count)


def polls(count):
    callers = []
    call(b"GET /messages?limit=1 HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n\r\n")
    for _ in range(count):
        call(post("/publish?topic=consumed/large", os.urandom(500_000) * 2, "application/octet-stream"))
        poll = b"GET /messages?limit=1 HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n\r\n"
        callers += hold([poll], 4 << 10)
    return callers


def properties(count):
    names = [f"{i:x}" for i in range(10_000)]
    body = json.dumps({"topic": "slow/t", "msg": "", "properties": {"userProperties": {"": [""] * 10_000}}}, separators=(",", ":"))
    request = post("/publish", body.encode())
    outcomes = []
    threads = [threading.Thread(target=lambda: outcomes.append(call(request)[0])) for _ in range(count)]
    for thread in threads:
        thread.start()

    def tell():
        for thread in threads:
            thread.join()
        print("answers to the attack:", tally(outcomes), flush=True)

    threading.Thread(target=tell, daemon=True).start()
    return threads


def feeds(count):
    callers = []
    for i in range(count):
        callers += hold([f"GET /messages?topic=flood/{i} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n".encode()], 4 << 10)
    return callers


ATTACKS = {
    "heads": (heads, 300),
    "tiny-heads": (tiny_heads, 1_000),
    "half-heads": (half_heads, 1_000),
    "unread": (unread, 20),
    "polls": (polls, 600),
    "properties": (properties, 1_000),
    "feeds": (feeds, 20),
    "calm": (lambda count: [], 0),
}


# --- what is seen ---


def tally(values):
    return {value: values.count(value) for value in sorted(set(values))}


def memory(pid, key):
    try:
        with open(f"/proc/{pid}/status") as status:
            return next(int(line.split()[1]) // 1024 for line in status if line.startswith(key))
    except (OSError, StopIteration):
        return 0


def cpu(pid):
    """Seconds of CPU that the process has used."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return 0


def main():
    attack, count = ATTACKS[sys.argv[2]]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else count
    # A process of its own: it must not be slow because the attack is busy.
    broker = multiprocessing.Process(target=Broker, daemon=True)
    broker.start()
    environment = dict(
        os.environ,
        MQTT_SERVER="127.0.0.1",
        MQTT_PORT=str(BROKER),
        MQTT_TOPIC="consumed/#",
        QUARKUS_HTTP_PORT=str(HTTP),
        QUARKUS_MANAGEMENT_PORT=str(MANAGEMENT),
    )
    log = open(os.environ.get("LOG", "/dev/null"), "w")
    gateway = subprocess.Popen([os.environ.get("JAVA", "java"), *OPTIONS, "-jar", sys.argv[1]], env=environment, stdout=log, stderr=log)
    try:
        while call(post("/publish", b'{"topic":"t","msg":""}'), 5)[0] != 200:
            time.sleep(0.1)
        # A gateway that has done nothing yet would be slow for that reason.
        for _ in range(3_000):
            call(post("/publish", b'{"topic":"t","msg":""}'))
        before = memory(gateway.pid, "VmRSS")
        results, end = multiprocessing.Queue(), multiprocessing.Event()
        caller = multiprocessing.Process(target=good, args=(results, end))
        caller.start()
        time.sleep(1)
        used = cpu(gateway.pid)
        attacked = time.monotonic()
        callers = attack(count)
        took = time.monotonic() - attacked
        attacked = time.monotonic()
        while time.monotonic() - attacked < SECONDS and gateway.poll() is None:
            time.sleep(0.2)
        during, used = memory(gateway.pid, "VmRSS"), cpu(gateway.pid) - used
        end.set()
        outcomes = results.get()
        slow = [seconds for status, seconds in outcomes]
        print(f"{sys.argv[2]} {count}: {'alive' if gateway.poll() is None else 'ENDED ' + str(gateway.returncode)}"
              f", RSS {before} MB before, {during} MB at the end, {memory(gateway.pid, 'VmHWM')} MB at most"
              f", {used:.1f} s of CPU; the attack took {took:.1f} s")
        print(f"good caller: {len(outcomes)} requests, answers {tally([status for status, _ in outcomes])}, slowest {max(slow):.2f} s")
        print("management:", health())
        for caller in callers:
            if isinstance(caller, socket.socket):
                caller.close()
        time.sleep(2)
        print("afterwards:", tally([call(post("/publish", b'{"topic":"t","msg":""}'))[0] for _ in range(20)]))
    finally:
        gateway.kill()
        gateway.wait()


def health():
    try:
        with socket.create_connection(("127.0.0.1", MANAGEMENT), 5) as caller:
            caller.settimeout(5)
            caller.sendall(b"GET /q/health/live HTTP/1.1\r\nHost: x\r\n\r\n")
            return int(caller.recv(1 << 12).split()[1])
    except (OSError, IndexError):
        return 0


if __name__ == "__main__":
    sys.setrecursionlimit(10_000)
    main()
