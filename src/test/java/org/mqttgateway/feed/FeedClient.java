package org.mqttgateway.feed;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jboss.resteasy.reactive.server.jaxrs.SseImpl;

/** The far end of a {@link FeedListener}: takes as many events as a test says, where the response would take what the socket does. */
final class FeedClient implements Flow.Subscriber<OutboundSseEvent> {

    private final Context context;
    private final FeedListener listener;
    private final List<String> events = new CopyOnWriteArrayList<>();
    private Flow.Subscription subscription;

    FeedClient(Context context, int buffer) {
        this.context = context;
        this.listener = new FeedListener(context, SseImpl.INSTANCE, buffer);
        listener.subscribe(this);
    }

    FeedListener listener() {
        return listener;
    }

    void take(long count) {
        subscription.request(count);
    }

    void leave() {
        subscription.cancel();
    }

    /** Messages as their id, comments as ":", others as their name and data. */
    List<String> events() {
        return events;
    }

    List<String> await(int count) {
        Awaitility.await(count + " events").atMost(10, TimeUnit.SECONDS).until(() -> events.size() >= count);
        return events;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
    }

    @Override
    public void onNext(OutboundSseEvent event) {
        assertTrue(context.isEventLoopContext());
        if (event.getComment() != null) {
            events.add(":");
        } else if (event.getName() != null) {
            events.add(event.getName() + " " + event.getData());
        } else {
            events.add(event.getId());
        }
    }

    @Override
    public void onError(Throwable failure) {
        events.add(failure.toString());
    }

    @Override
    public void onComplete() {
        events.add("end");
    }
}
