package org.mqttgateway.publish;

import java.util.List;
import org.mqttgateway.http.JsonSize;
import org.mqttgateway.http.MessageJson;

/**
 * The answer to a bulk: an array with the outcome of each item, in their order. It has at most 4 KB more than the bulk; where all the texts in
 * it would make it larger, which takes very small items, the last ones are left out, and the codes stay.
 */
final class BulkAnswer {

    private static final int MORE_THAN_ASKED = 4 << 10;

    /** Most bytes of an outcome with its code alone, and of what comes before a text. */
    private static final int CODE_BYTES = "{\"code\":10},".length();

    private static final int FIELD_BYTES = ",\"detail\":\"\"".length();

    private BulkAnswer() {}

    /** @param bulkLength the bytes of the bulk */
    static byte[] of(List<PublishResult> outcomes, int bulkLength) {
        int codes = "[]".length() + CODE_BYTES * outcomes.size();
        return MessageJson.bytes(codes, json -> {
            int room = bulkLength + MORE_THAN_ASKED - codes;
            json.writeStartArray();
            for (PublishResult outcome : outcomes) {
                int texts = bytes(outcome.reason()) + bytes(outcome.detail());
                outcome.write(json, texts <= room);
                room -= texts <= room ? texts : 0;
            }
            json.writeEndArray();
        });
    }

    private static int bytes(String text) {
        return text == null ? 0 : FIELD_BYTES + JsonSize.of(text);
    }
}
