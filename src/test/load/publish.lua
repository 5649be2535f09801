-- POSTs BODY to /publish and prints: requests/s, failed requests, median and 99th percentile in ms.
wrk.method = "POST"
wrk.headers["Content-Type"] = os.getenv("TYPE") or "application/json"
if os.getenv("BODY_FILE") then
  local file = io.open(os.getenv("BODY_FILE"), "rb")
  wrk.body = file:read("*a")
  file:close()
else
  wrk.body = os.getenv("BODY") or '{"topic":"load/t","msg":"Hello from Django","qos":1}'
end
done = function(summary, latency, requests)
  io.write(string.format("RESULT %.0f %d %.3f %.3f\n",
    summary.requests / (summary.duration / 1e6),
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
