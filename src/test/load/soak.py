"""Callers of /publish/bulk at a fixed rate. Prints each payload that was answered with code 0; every other outcome goes to standard error."""

import http.client
import json
import sys
import threading
import time

port, topic, callers, rate, seconds = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5])
ITEMS = 100  # in each request: a request for each message is more than a script can send
end = time.monotonic() + seconds


def call(caller):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    interval = callers * ITEMS / rate
    due = time.monotonic()
    number = 0
    while due < end:
        payloads = [f"{caller}-{n}" for n in range(number, number + ITEMS)]
        number += ITEMS
        body = "[" + ",".join(f'{{"topic":"{topic}","msg":"{payload}"}}' for payload in payloads) + "]"
        try:
            connection.request("POST", "/publish/bulk", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
            if answer.status == 200:
                outcomes = json.loads(text)
                sys.stdout.write("".join(p + "\n" for p, o in zip(payloads, outcomes) if o["code"] == 0))
                sys.stderr.write("".join(f"{o}\n" for o in outcomes if o["code"] != 0))
            else:
                sys.stderr.write(f"{answer.status} {text.decode()}\n" * ITEMS)
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
