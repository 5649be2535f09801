package org.mqttgateway.http.caller;

import jakarta.ws.rs.core.Response.Status;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.mqtt.topic.TopicAllowList;
import org.mqttgateway.mqtt.topic.TopicFilter;

/**
 * The sender of a request and its permissions. A topic must be permitted by the gateway's list ({@code mqtt.publish.allow} or {@code
 * mqtt.subscribe.allow}) and, if the caller has a list of its own, by that list too. {@link Callers} finds the caller of a request.
 */
public final class Caller {

    /** The lists of one user or token. An empty Optional means that the gateway's list decides alone. */
    public record Own(Optional<TopicAllowList> publish, Optional<TopicAllowList> subscribe) {

        /** Everything that the allow lists of the gateway permit. */
        public static final Own UNLIMITED = new Own(Optional.empty(), Optional.empty());

        static Own of(Optional<List<String>> publish, Optional<List<String>> subscribe) {
            return new Own(publish.map(TopicAllowList::of), subscribe.map(TopicAllowList::of));
        }
    }

    private final TopicAllowList publish;
    private final TopicAllowList subscribe;
    private final Own own;
    private final Owner owner;
    private final Instant expires;

    /** A caller; the allow lists are those of the gateway, {@code own} is what he may of it. */
    public Caller(TopicAllowList publish, TopicAllowList subscribe, Own own, Owner owner) {
        this(publish, subscribe, own, owner, null);
    }

    /** @param expires from when on the caller is one no more; null for never */
    Caller(TopicAllowList publish, TopicAllowList subscribe, Own own, Owner owner, Instant expires) {
        this.publish = publish;
        this.subscribe = subscribe;
        this.own = own;
        this.owner = owner;
        this.expires = expires;
    }

    /** Who answers for what the caller publishes and holds. */
    public Owner owner() {
        return owner;
    }

    /**
     * From when on the caller's token is refused: its {@code exp} (RFC 7519 section 4.1.4) and the seconds by which clocks may differ. What
     * waits for the caller ends then. Empty for everybody else.
     */
    public Optional<Instant> expires() {
        return Optional.ofNullable(expires);
    }

    /** Whether the caller may publish to a topic name. */
    public boolean mayPublish(String topic) {
        return publish.permits(topic)
                && (own.publish().isEmpty() || own.publish().get().permits(topic));
    }

    /** Whether the caller may listen to every topic that a filter matches. */
    public boolean maySubscribe(TopicFilter filter) {
        return subscribe.permits(filter) && ownListPermits(filter);
    }

    /**
     * Whether the caller may listen to what the consumer receives. Only the caller's own list counts here, because the operator has chosen
     * the consumer's topic.
     *
     * @param consumed the consumer's filter; if it is a shared subscription, its group does not matter here
     */
    public boolean mayListenToConsumer(TopicFilter consumed) {
        return ownListPermits(consumed.unshared());
    }

    /** @throws HttpProblem 403 with code 12 if the caller may not publish to the topic */
    public void requirePublish(String topic) {
        if (!mayPublish(topic)) {
            throw publish.permits(topic)
                    ? lacking("to publish to this topic")
                    : refused("the topic is not on the allow list of this gateway (mqtt.publish.allow)");
        }
    }

    /** @throws HttpProblem 403 with code 12 if the caller may not listen to the filter */
    public void requireSubscribe(TopicFilter filter) {
        requireSubscribe("the filter", filter);
    }

    /**
     * The same for a filter that the caller knows by another name.
     *
     * @param what that name, for the error text
     */
    public void requireSubscribe(String what, TopicFilter filter) {
        if (!maySubscribe(filter)) {
            throw subscribe.permits(filter)
                    ? lacking("to listen to " + what)
                    : refused(
                            filter.isShared()
                                    ? "a shared subscription takes messages away from the other members of its group; a listener may join one only if mqtt.subscribe.allow lists it word for word"
                                    : what + " is not on the allow list of this gateway (mqtt.subscribe.allow)");
        }
    }

    /** @throws HttpProblem 403 with code 12 if the caller may not listen to what the consumer receives */
    public void requireConsumer(TopicFilter consumed) {
        if (!mayListenToConsumer(consumed)) {
            throw lacking("to listen to what the consumer receives: name a filter (?topic=)");
        }
    }

    private boolean ownListPermits(TopicFilter filter) {
        return own.subscribe().isEmpty() || own.subscribe().get().permits(filter);
    }

    /** What the caller's own list does not permit; a bearer is told that another token might (RFC 6750 section 3.1). */
    private HttpProblem lacking(String what) {
        HttpProblem problem = refused("these credentials do not permit " + what);
        return expires == null
                ? problem
                : problem.challenge(BadToken.challenge("insufficient_scope", "the token does not permit this"));
    }

    private static HttpProblem refused(String detail) {
        return HttpProblem.of(Status.FORBIDDEN, ReturnCode.ACL_DENIED, detail);
    }
}
