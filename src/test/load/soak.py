"""Callers of /publish at a fixed rate. Prints each payload that was answered 200; every other answer goes to standard error."""

import http.client
import json
import sys
import threading
import time

port, topic, callers, rate, seconds = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5])
end = time.monotonic() + seconds


def call(caller):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    interval = callers / rate
    due = time.monotonic()
    number = 0
    while due < end:
        payload = f"{caller}-{number}"
        number += 1
        try:
            connection.request("POST", "/publish", json.dumps({"topic": topic, "msg": payload}), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            body = answer.read().decode()
            if answer.status == 200:
                sys.stdout.write(payload + "\n")
            else:
                sys.stderr.write(f"{answer.status} {body}\n")
        except OSError as error:
            sys.stderr.write(f"{error}\n")
            connection.close()
        # Not faster than the rate, and no burst after an outage.
        due = max(due + interval, time.monotonic() - 1)
        time.sleep(max(0, due - time.monotonic()))


threads = [threading.Thread(target=call, args=(caller,)) for caller in range(callers)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
