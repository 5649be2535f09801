package org.mqttgateway.mqtt.transport;

import io.netty.handler.ssl.util.SimpleTrustManagerFactory;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.TrustOptions;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * TLS to a host whose name has an underscore, as the names of Compose services often have. The JVM refuses to compare such a name with a certificate
 * ("Illegal given domain name"), so it is done here: one of the certificate's names for DNS must be that of the host (RFC 9525 section 6.3).
 */
public final class UnderscoreName {

    private static final int DNS_NAME = 2;

    private final NetClientOptions options;
    private final String host;
    private final boolean applies;

    /** @param given the options for connections to {@code host} */
    public UnderscoreName(NetClientOptions given, String host) {
        this.options = new NetClientOptions(given);
        this.host = host;
        this.applies = host.indexOf('_') >= 0
                && given.isSsl()
                && !given.isTrustAll()
                && !given.getHostnameVerificationAlgorithm().isEmpty();
        if (applies) {
            options.setHostnameVerificationAlgorithm("");
            options.setTrustOptions(new Trust(options.getTrustOptions(), host));
        }
    }

    /** The options that were given; where the name has an underscore, with this comparison in place of the JVM's. */
    public NetClientOptions options() {
        return options;
    }

    /** The same for what takes the place of their certificates and keys. */
    public SSLOptions renewed(SSLOptions given) {
        return applies ? new SSLOptions(given).setTrustOptions(new Trust(given.getTrustOptions(), host)) : given;
    }

    /** @param below what else is trusted; null for what the JVM trusts */
    private record Trust(TrustOptions below, String host) implements TrustOptions {

        @Override
        public TrustOptions copy() {
            return new Trust(below == null ? null : below.copy(), host);
        }

        @Override
        public TrustManagerFactory getTrustManagerFactory(Vertx vertx) throws Exception {
            TrustManagerFactory factory;
            if (below == null) {
                factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                factory.init((KeyStore) null);
            } else {
                factory = below.getTrustManagerFactory(vertx);
            }
            return new Factory(checked(factory.getTrustManagers()));
        }

        @Override
        public Function<String, TrustManager[]> trustManagerMapper(Vertx vertx) throws Exception {
            Function<String, TrustManager[]> mapper = below == null ? null : below.trustManagerMapper(vertx);
            return mapper == null ? null : name -> checked(mapper.apply(name));
        }

        private TrustManager[] checked(TrustManager[] managers) {
            return managers == null
                    ? null
                    : Arrays.stream(managers)
                            // One that is of another kind would let everybody in: better an exception than that.
                            .map(manager -> new Checked((X509TrustManager) manager, host))
                            .toArray(TrustManager[]::new);
        }
    }

    private static final class Factory extends SimpleTrustManagerFactory {

        private final TrustManager[] managers;

        Factory(TrustManager[] managers) {
            this.managers = managers;
        }

        @Override
        protected void engineInit(KeyStore keyStore) {
            // The managers are there already.
        }

        @Override
        protected void engineInit(ManagerFactoryParameters parameters) {
            // The managers are there already.
        }

        @Override
        protected TrustManager[] engineGetTrustManagers() {
            return managers.clone();
        }
    }

    private static final class Checked extends X509ExtendedTrustManager {

        private final X509TrustManager below;
        private final String host;

        Checked(X509TrustManager below, String host) {
            this.below = below;
            this.host = host;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            if (below instanceof X509ExtendedTrustManager extended) {
                extended.checkServerTrusted(chain, type, engine);
            } else {
                below.checkServerTrusted(chain, type);
            }
            checkName(chain[0]);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            checkServerTrusted(chain, type);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            below.checkServerTrusted(chain, type);
            checkName(chain[0]);
        }

        private void checkName(X509Certificate certificate) throws CertificateException {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names == null
                    || names.stream()
                            .filter(name -> name.get(0).equals(DNS_NAME))
                            .noneMatch(name -> isFor((String) name.get(1)))) {
                throw new CertificateException("No subject alternative DNS name matching " + host + " found");
            }
        }

        /** A wildcard stands for the first label as a whole. */
        private boolean isFor(String name) {
            int dot = host.indexOf('.');
            return name.equalsIgnoreCase(host)
                    || dot > 0 && name.startsWith("*.") && name.substring(1).equalsIgnoreCase(host.substring(dot));
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            checkClientTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            checkClientTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("this is a client");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return below.getAcceptedIssuers();
        }
    }
}
