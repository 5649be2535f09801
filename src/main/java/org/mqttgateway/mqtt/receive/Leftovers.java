package org.mqttgateway.mqtt.receive;

import org.mqttgateway.mqtt.topic.TopicFilter;

/**
 * Tells messages of an older subscription from those of the present one. A process that finds a session of an earlier process at the broker does not know with which filter that one
 * has subscribed, and the broker still delivers what matches it. But a message whose topic the filter does not match may be meant all the same: some brokers rewrite topics, and some
 * have prefixes of their own ({@code $queue/}, {@code $exclusive/}). So a message is left over only if the broker has shown that it delivers topics as they are, with one that does
 * match. In doubt it is consumed, for one too many is better than one lost. Used on the event loop of the session.
 */
final class Leftovers {

    private enum Knowledge {
        /** An earlier process may have made the session: its filter may have been another one. */
        INHERITED,
        /** The same, and a message of this session has matched the filter: those that do not are left over. */
        SHOWN,
        /** There are none: this process has made the session, and its filter does not change. */
        NONE
    }

    private final TopicFilter filter;
    private Knowledge knowledge;

    /** @param filter of the only subscription; null if there may be several, so that each topic is one of them */
    Leftovers(TopicFilter filter) {
        this.filter = filter;
        this.knowledge = filter == null || filter.text().startsWith("$") ? Knowledge.NONE : Knowledge.INHERITED;
    }

    void connected(boolean sessionPresent) {
        if (!sessionPresent) {
            knowledge = Knowledge.NONE;
        }
    }

    /** Whether a message on this topic is for an older subscription for sure. */
    boolean has(String topic) {
        if (knowledge == Knowledge.NONE) {
            return false;
        }
        boolean matches = filter.matches(topic);
        if (matches) {
            knowledge = Knowledge.SHOWN;
        }
        return !matches && knowledge == Knowledge.SHOWN;
    }
}
