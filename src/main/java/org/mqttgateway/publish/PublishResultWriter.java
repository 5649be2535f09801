package org.mqttgateway.publish;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;
import org.mqttgateway.http.MessageJson;

/**
 * Writes the answer to a publish. Nearly all answers are one of two texts, whose bytes are made once, so they need neither Jackson nor a
 * stream.
 */
@Provider
public class PublishResultWriter implements ServerMessageBodyWriter<PublishResult> {

    private static final byte[] SUCCESS = ascii("{\"code\":0}");
    private static final byte[] NO_MATCHING_SUBSCRIBERS = ascii("{\"code\":0,\"reason\":\"no matching subscribers\"}");

    @Override
    public boolean isWriteable(Class<?> type, Type generic, ResteasyReactiveResourceInfo target, MediaType mediaType) {
        return type == PublishResult.class;
    }

    @Override
    public boolean isWriteable(Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return type == PublishResult.class;
    }

    @Override
    public void writeResponse(PublishResult result, Type generic, ServerRequestContext context) throws IOException {
        context.serverResponse().end(bytes(result));
    }

    @Override
    public void writeTo(
            PublishResult result,
            Class<?> type,
            Type generic,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers,
            OutputStream stream)
            throws IOException {
        stream.write(bytes(result));
    }

    private static byte[] bytes(PublishResult result) {
        if (result == PublishResult.SUCCESS) {
            return SUCCESS;
        }
        return result == PublishResult.NO_MATCHING_SUBSCRIBERS
                ? NO_MATCHING_SUBSCRIBERS
                : MessageJson.bytes(100, json -> result.write(json, true));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
