package org.mqttgateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** nginx as a process of its own: a proxy that ends TLS for a server on the loopback address. */
public final class Nginx implements AutoCloseable {

    private final Process process;
    private final int port;

    private Nginx(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts the proxy on a free port; {@code location} is what nginx.conf says about every path. */
    public static Nginx start(CertificateAuthority.Issued certificate, String location) {
        try {
            Path directory = Temporary.directory("nginx");
            int port = Ports.free();
            String configuration = String.join(
                    "\n",
                    "daemon off;",
                    "master_process off;",
                    "pid DIRECTORY/pid;",
                    "error_log DIRECTORY/error.log;",
                    "events { worker_connections 100; }",
                    "http {",
                    "  access_log off;",
                    "  client_body_temp_path DIRECTORY/body;",
                    "  proxy_temp_path DIRECTORY/proxy;",
                    "  fastcgi_temp_path DIRECTORY/fastcgi;",
                    "  uwsgi_temp_path DIRECTORY/uwsgi;",
                    "  scgi_temp_path DIRECTORY/scgi;",
                    "  server {",
                    "    listen 127.0.0.1:" + port + " ssl http2;",
                    "    ssl_certificate " + certificate.certificate() + ";",
                    "    ssl_certificate_key " + certificate.key() + ";",
                    "    location / {",
                    location,
                    "    }",
                    "  }",
                    "}",
                    "");
            Path file = directory.resolve("nginx.conf");
            Files.writeString(file, configuration.replace("DIRECTORY", directory.toString()));
            Process process = new ProcessBuilder(
                            Commands.executable("nginx").toString(),
                            "-p",
                            directory.toString(),
                            "-e",
                            directory.resolve("error.log").toString(),
                            "-c",
                            file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("output.log").toFile())
                    .start();
            Awaitility.await("nginx listens; " + directory)
                    .atMost(10, TimeUnit.SECONDS)
                    .until(() -> Ports.isOpen(port));
            return new Nginx(process, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        Awaitility.await("nginx ends").until(() -> !process.isAlive());
    }
}
