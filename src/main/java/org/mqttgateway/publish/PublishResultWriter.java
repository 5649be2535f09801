package org.mqttgateway.publish;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/** Writes the answer to a publish. Nearly all are one of two, whose bytes are made once, so they need neither Jackson nor a stream. */
@Provider
public class PublishResultWriter implements ServerMessageBodyWriter<PublishResult> {

    private final ObjectMapper json;
    private final byte[] success;
    private final byte[] noMatchingSubscribers;

    PublishResultWriter(ObjectMapper json) throws IOException {
        this.json = json;
        this.success = json.writeValueAsBytes(PublishResult.SUCCESS);
        this.noMatchingSubscribers = json.writeValueAsBytes(PublishResult.NO_MATCHING_SUBSCRIBERS);
    }

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

    private byte[] bytes(PublishResult result) throws IOException {
        if (result == PublishResult.SUCCESS) {
            return success;
        }
        return result == PublishResult.NO_MATCHING_SUBSCRIBERS ? noMatchingSubscribers : json.writeValueAsBytes(result);
    }
}
