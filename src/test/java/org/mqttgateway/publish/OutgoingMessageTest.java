package org.mqttgateway.publish;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.smallrye.reactive.messaging.mqtt.SendingMqttMessageMetadata;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mqttgateway.connector.message.BrokerAnswer;
import org.mqttgateway.connector.message.PublishExtras;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.share.Shares;
import org.mqttgateway.mqtt.send.PublishFailure;
import org.mqttgateway.mqtt.send.PublishFailure.Reason;
import org.mqttgateway.publish.parse.GivenProperties;
import org.mqttgateway.publish.parse.PublishRequest;

/** What a channel gets of a publish, and what becomes of its ack or nack. */
class OutgoingMessageTest {

    private final List<Boolean> answeredFirst = new ArrayList<>();
    private final GivenProperties properties = GivenProperties.NONE.withReply("réponse", new byte[] {1, 2}, "reply");
    private final PublishRequest request = new PublishRequest("a/b", new byte[] {1}, MqttQoS.EXACTLY_ONCE, true, null);
    private final CompletableFuture<PublishResult> answer = new CompletableFuture<>();

    /** It must be given back before the caller has the answer, or its next request could be refused. */
    private final Shares.Place place = () -> answeredFirst.add(answer.isDone());

    private OutgoingMessage message() {
        return new OutgoingMessage(request, place, answer);
    }

    private HttpProblem problem(PublishFailure failure) {
        new OutgoingMessage(request.with(properties), place, answer)
                .getNackWithMetadata()
                .apply(failure, Metadata.empty());
        return (HttpProblem)
                assertThrows(CompletionException.class, answer::join).getCause();
    }

    @Test
    void theChannelGetsAllOfIt() {
        OutgoingMessage message = message();
        assertArrayEquals(new byte[] {1}, message.getPayload());
        SendingMqttMessageMetadata sending =
                message.getMetadata(SendingMqttMessageMetadata.class).orElseThrow();
        assertEquals("a/b", sending.getTopic());
        assertEquals(MqttQoS.EXACTLY_ONCE, sending.getQosLevel());
        assertTrue(sending.isRetain());
        assertTrue(message.getMetadata(PublishExtras.class).isEmpty());
        assertSame(message, message.addMetadata("more"));
        assertEquals(
                properties.extras(),
                new OutgoingMessage(request.with(properties), place, answer)
                        .getMetadata(PublishExtras.class)
                        .orElseThrow());
    }

    @Test
    void aReplyIsTwoProperties() {
        PublishExtras extras = properties.extras();
        assertEquals(
                "réponse",
                extras.properties()
                        .getProperty(MqttPropertyType.RESPONSE_TOPIC.value())
                        .value());
        assertArrayEquals(new byte[] {1, 2}, (byte[]) extras.properties()
                .getProperty(MqttPropertyType.CORRELATION_DATA.value())
                .value());
        // Each has its identifier and its length; "é" has two bytes.
        assertEquals(3 + 8 + 3 + 2, extras.size());
        assertTrue(extras.needed());
        assertEquals(List.of("reply"), properties.names());
        assertEquals(
                2,
                properties
                        .withReply("b", new byte[0], "r")
                        .extras()
                        .properties()
                        .listAll()
                        .size());
    }

    @Test
    void whenSentIsCalledAsItLeaves() {
        List<String> sent = new ArrayList<>();
        properties.whenSent(() -> sent.add("sent")).extras().leaves();
        assertEquals(List.of("sent"), sent);
    }

    @Test
    void theAckIsTheAnswer() {
        message().getAckWithMetadata().apply(Metadata.empty());
        assertSame(PublishResult.SUCCESS, answer.join());
        assertEquals(List.of(false), answeredFirst);
        CompletableFuture<PublishResult> other = new CompletableFuture<>();
        assertFalse(new OutgoingMessage(request, place, other)
                .getAckWithMetadata()
                .apply(Metadata.of(BrokerAnswer.NO_MATCHING_SUBSCRIBERS))
                .toCompletableFuture()
                .isCompletedExceptionally());
        assertSame(PublishResult.NO_MATCHING_SUBSCRIBERS, other.join());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NOT_CONNECTED | 503 | why; the broker does not have the message, try again later",
                "QUEUE_FULL | 503 | why; the broker does not have this one, try again later",
                "CONGESTED | 503 | why; the broker does not have this one, try again later",
                "OUTCOME_UNKNOWN | 504 | why: the outcome is unknown, the broker may have it or not",
                "REFUSED | 502 | why"
            })
    void theNackSaysWhatTheCallerMayConclude(Reason reason, int status, String detail) {
        HttpProblem problem = problem(new PublishFailure(reason, "why"));
        assertEquals(List.of(false), answeredFirst);
        assertEquals(status, problem.problem().status());
        assertEquals(detail, problem.problem().detail());
    }

    @Test
    void propertiesThatTheBrokerDoesNotHaveAreNamedAsTheCallerDoes() {
        HttpProblem problem = problem(new PublishFailure(Reason.NO_PROPERTIES, "it has none"));
        assertEquals(400, problem.problem().status());
        assertEquals("reply", problem.problem().violations().get(0).field());
        assertEquals(
                "cannot be sent: it has none",
                problem.problem().violations().get(0).message());
    }

    /** Of a connector that is not the gateway's. */
    @Test
    void anyOtherReasonIsPassedOn() {
        IOException reason = new IOException("no");
        message().getNackWithMetadata().apply(reason, Metadata.empty());
        assertSame(reason, assertThrows(CompletionException.class, answer::join).getCause());
    }

    @Test
    void theTwoUsualAnswersAreTextsThatNeedNoJackson() throws IOException {
        PublishResultWriter writer = new PublishResultWriter();
        assertTrue(writer.isWriteable(PublishResult.class, null, new Annotation[0], null));
        assertFalse(writer.isWriteable(String.class, null, new Annotation[0], null));
        assertEquals("{\"code\":0}", text(writer, PublishResult.SUCCESS));
        assertEquals(
                "{\"code\":0,\"reason\":\"no matching subscribers\"}",
                text(writer, PublishResult.NO_MATCHING_SUBSCRIBERS));
    }

    private static String text(PublishResultWriter writer, PublishResult result) throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        writer.writeTo(result, null, null, null, null, null, stream);
        return stream.toString(StandardCharsets.US_ASCII);
    }
}
