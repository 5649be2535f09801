package org.mqttgateway.mqtt.transport;

import io.vertx.core.Future;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Checks that the certificate of a broker is for its name where Java cannot: for Java a name with an underscore is none, and it refuses every
 * certificate. Services of Compose often have such names. For all other names Java's own check stays.
 */
public final class CertificateName {

    /** Of Java: RFC 2818 section 3.1. */
    private static final String HTTPS = "HTTPS";

    /** Of a subject alternative name (RFC 5280 section 4.2.1.6). */
    private static final int DNS_NAME = 2;

    private final String host;
    private final boolean checked;

    /** @param options of the client; where the name is checked here, Java's check is switched off in them */
    public CertificateName(String host, NetClientOptions options) {
        this.host = host;
        this.checked = options.isSsl()
                && !options.isTrustAll()
                && HTTPS.equals(options.getHostnameVerificationAlgorithm())
                && host.indexOf('_') >= 0;
        if (checked) {
            options.setHostnameVerificationAlgorithm("");
        }
    }

    /** The socket, on which nothing has been sent yet. If its certificate is for another host it is closed, and the future fails. */
    Future<NetSocket> check(NetSocket socket) {
        try {
            if (!checked || isNamed((X509Certificate) socket.peerCertificates().get(0))) {
                return Future.succeededFuture(socket);
            }
        } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
            socket.close();
            return Future.failedFuture(e);
        }
        socket.close();
        return Future.failedFuture(new SSLPeerUnverifiedException("the certificate is not for " + host));
    }

    private boolean isNamed(X509Certificate certificate) throws CertificateParsingException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        return names != null
                && names.stream()
                        .filter(name -> name.get(0).equals(DNS_NAME))
                        .anyMatch(name -> matches((String) name.get(1)));
    }

    /** A wildcard stands for the whole first label, and at least two labels follow it (RFC 6125 section 6.4.3). */
    private boolean matches(String name) {
        int dot = host.indexOf('.');
        boolean wildcard = name.startsWith("*.") && name.indexOf('.', 2) > 0 && dot > 0;
        return wildcard ? host.substring(dot).equalsIgnoreCase(name.substring(1)) : host.equalsIgnoreCase(name);
    }
}
