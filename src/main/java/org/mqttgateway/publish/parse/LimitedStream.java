package org.mqttgateway.publish.parse;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.body.RequestBody;

/** Passes on a payload that is just being written, until it has more than {@code mqtt.max-message-size} bytes. */
final class LimitedStream extends FilterOutputStream {

    private final long limit;
    private long length;

    LimitedStream(OutputStream payload, long limit) {
        super(payload);
        this.limit = limit;
    }

    /** @throws HttpProblem 413 if that is too much */
    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        length += count;
        if (length > limit) {
            throw RequestBody.payloadTooLarge(-1, limit);
        }
        out.write(bytes, offset, count);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }
}
