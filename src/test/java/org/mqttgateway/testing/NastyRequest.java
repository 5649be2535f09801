package org.mqttgateway.testing;

import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;

/**
 * A request that is meant to cost more than its size, in any size.
 *
 * @param name what is nasty about it
 * @param made makes the request with about so many bytes of what is nasty
 */
public record NastyRequest(String name, IntFunction<byte[]> made) {

    static NastyRequest ofJson(String path, Nasty body) {
        return new NastyRequest(
                path + " " + body.name(),
                size -> RawHttp.request(
                        "POST " + path,
                        "Content-Type: application/json\r\n",
                        body.text().apply(size).getBytes(StandardCharsets.UTF_8)));
    }
}
