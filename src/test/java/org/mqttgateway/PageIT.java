package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mqttgateway.testing.Browser;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Metrics;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.MosquittoSub;
import org.mqttgateway.testing.NeedsChromium;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.Responder;
import org.mqttgateway.testing.SharedGateway;
import org.mqttgateway.testing.UsesSharedGateway;

/** The page in a real browser, served by the packaged gateway: publishing, watching what arrives, and saying what stands and what does not. */
@NeedsMosquitto
@NeedsChromium
@Order(1)
class PageIT {

    private static Mosquitto mosquitto;
    private static Gateway gateway;
    private static Browser page;

    @BeforeAll
    static void start() {
        mosquitto = Mosquitto.start();
        // Without a replay no test sees the messages of another.
        gateway = Gateway.start(mosquitto.port(), Map.of("MQTT_FEED_REPLAY", "0"));
        gateway.awaitLog("Subscribed to django/mqtt");
        page = new Browser();
    }

    @AfterAll
    static void stop() {
        page.close();
        gateway.close();
        mosquitto.close();
    }

    @BeforeEach
    void open() {
        open(gateway);
    }

    private static void open(Gateway gateway) {
        page.open("http://127.0.0.1:" + gateway.httpPort() + "/");
        page.awaitText("#gateway-state", "Gateway: connected"::equals);
        page.awaitText("#broker-state", text -> text.contains("connected to 127.0.0.1"));
        awaitListeners(gateway, 1);
    }

    @AfterEach
    void leave() {
        page.open("about:blank");
        awaitListeners(gateway, 0);
    }

    private static void awaitListeners(Gateway gateway, int count) {
        Awaitility.await(count + " listeners")
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> Metrics.of(gateway.management()).value("mqtt_gateway_feed_clients") == count);
    }

    @Test
    void whatIsPublishedArrivesInTheFeed() {
        publish("Grüße 🌍");
        String answer = page.awaitText("#answer", text -> text.startsWith("HTTP"));
        assertTrue(answer.matches("HTTP 200, code 0, [\\d,]+ ms"), answer);
        assertEquals("up", page.find("#answer").getAttribute("data-state"));
        page.awaitText("#feed li.message .payload", "Grüße 🌍"::equals);
        assertEquals("django/mqtt", page.text("#feed li.message .topic"));
        assertTrue(page.text("#feed li.message .meta").matches("\\d\\d:\\d\\d:\\d\\d[.,]\\d{3} QoS 1"));
        assertEquals("1 message", page.text("#feed-count"));
        page.awaitText("#rate", text -> text.contains("1 in the last 60 s"));
        assertEquals(List.of(), page.errors());
    }

    @Test
    void markupInAMessageStaysText() {
        String markup = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>";
        mosquitto.publish("django/mqtt", markup);
        page.awaitText("#feed li.message .payload", markup::equals);
        page.type("#filter", "markup/#");
        page.click("#apply-filter");
        page.awaitText("#feed-source", "Listening to markup/#"::equals);
        mosquitto.publish("markup/<img src=x>", "in the topic");
        page.awaitText("#feed li.message .topic", "markup/<img src=x>"::equals);
        assertEquals(List.of(), page.findAll("#feed img, #feed script"));
        assertEquals("MQTT gateway", page.script("return document.title"));
        assertEquals(List.of(), page.errors());
    }

    @Test
    void theBrokersEndAndReturnShowAndTheFeedGoesOn() {
        mosquitto.publish("django/mqtt", "before");
        page.awaitText("#feed li.message .payload", "before"::equals);
        int subscribed = gateway.log("Subscribed to django/mqtt").size();
        mosquitto.stop();
        page.awaitText("#broker-state", text -> text.contains("not connected since"));
        assertEquals("down", page.find("#broker-state").getAttribute("data-state"));
        assertEquals("Gateway: connected", page.text("#gateway-state"));
        mosquitto.restart();
        gateway.awaitLog("Subscribed to django/mqtt", subscribed + 1);
        page.awaitText("#broker-state", text -> text.startsWith("Broker: consumer subscribed to"));
        // The consumer may be back before the publisher is.
        page.awaitAttribute("#broker-state", "data-state", "up");
        mosquitto.publish("django/mqtt", "after");
        page.awaitText("#feed li.message .payload", "after"::equals);
        assertEquals(List.of("after", "before"), page.texts("#feed .payload"));
    }

    @Test
    void pauseHoldsBackAndClearEmpties() {
        mosquitto.publish("django/mqtt", "one");
        page.awaitText("#feed-count", "1 message"::equals);
        page.click("#pause");
        mosquitto.publish("django/mqtt", "two");
        mosquitto.publish("django/mqtt", "three");
        page.awaitText("#feed-count", "Paused, 2 new"::equals);
        assertEquals(List.of("one"), page.texts("#feed .payload"));
        page.click("#pause");
        page.awaitText("#feed-count", "3 messages"::equals);
        assertEquals(List.of("three", "two", "one"), page.texts("#feed .payload"));
        page.click("#clear");
        assertEquals(List.of(), page.findAll("#feed li"));
        page.awaitText("#feed-count", "0 messages"::equals);
        mosquitto.publish("django/mqtt", "four");
        page.awaitText("#feed-count", "1 message"::equals);
        assertEquals(List.of("four"), page.texts("#feed .payload"));
    }

    /** With the shared gateway, whose consumer's feed begins with a replay. */
    @Test
    @UsesSharedGateway
    void aFilterBringsOtherTopicsAndEndsWithTheNext() {
        Mosquitto mosquitto = SharedGateway.mosquitto();
        open(SharedGateway.gateway());
        page.type("#filter", "page/+/t");
        page.click("#apply-filter");
        page.awaitText("#feed-source", "Listening to page/+/t"::equals);
        mosquitto.publish("django/mqtt", "not matched");
        mosquitto.publish("page/a/t", "{\"celsius\":21.5}");
        page.awaitText("#feed li.message .topic", "page/a/t"::equals);
        assertEquals(List.of("{\n  \"celsius\": 21.5\n}"), page.texts("#feed .payload"));
        page.type("#filter", "");
        page.click("#apply-filter");
        // The replay of the consumer's own messages, of other tests too.
        page.awaitText("#feed li.message .payload", "not matched"::equals);
        mosquitto.publish("page/a/t", "too late");
        mosquitto.publish("django/mqtt", "again");
        page.awaitText("#feed li.message .payload", "again"::equals);
        Set<String> own = Set.of("again", "not matched", "too late");
        assertEquals(
                List.of("again", "not matched"),
                page.texts("#feed .payload").stream().filter(own::contains).toList());
        assertEquals(List.of(), page.errors());
    }

    @Test
    void blanksAroundAFilterAreNoPartOfIt() {
        page.type("#filter", " live/+/t ");
        page.click("#apply-filter");
        gateway.awaitLog("Subscribed to live/+/t with");
        page.awaitText("#feed-source", "Listening to live/+/t"::equals);
    }

    @Test
    void aHiddenPageAsksForNothing() {
        page.script("window.asked = 0;"
                + "const fetched = window.fetch;"
                + "window.fetch = (...request) => { window.asked++; return fetched(...request); };"
                + "Object.defineProperty(document, 'hidden', { configurable: true, get: () => window.away });"
                + "window.away = true;");
        // One check may be under way. Without the protection there would be two more in five seconds.
        Awaitility.await()
                .during(5, TimeUnit.SECONDS)
                .atMost(6, TimeUnit.SECONDS)
                .until(() -> asked() <= 1);
        page.script("window.away = false; document.dispatchEvent(new Event('visibilitychange'));");
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> asked() > 2);
    }

    /** The gateway's word counts, not the five seconds that the page would wait by itself. */
    @ParameterizedTest
    @CsvSource({"503, 'Not listening, trying again: too many'", "429, 'Not listening, trying again in 2 s: too many'"})
    void aRefusedPageComesBackWhenItWasTold(int status, String text) {
        page.script("window.opened = [];"
                + "window.EventSource = class {"
                + "  constructor(url) {"
                + "    this.url = url;"
                + "    this.readyState = 2;"
                + "    window.opened.push(performance.now());"
                + "    setTimeout(() => this.onerror());"
                + "  }"
                + "  addEventListener() {}"
                + "  close() {}"
                + "};"
                + "window.EventSource.CLOSED = 2;"
                + "const fetched = window.fetch;"
                + "window.fetch = (url, options) => String(url).startsWith('messages')"
                + "  ? Promise.resolve(new Response('{\"detail\":\"too many\"}', {status: " + status
                + ", headers: {'Retry-After': '2'}}))"
                + "  : fetched(url, options);");
        page.click("#apply-filter");
        page.awaitText("#feed-source", text::equals);
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> opened("length") >= 2);
        double pause = opened("[1]") - opened("[0]");
        assertTrue(pause >= 2_000 && pause < 4_500, pause + " ms");
    }

    @Test
    void whoeverPublishesTooFastIsToldAndWaits() {
        page.script("window.sent = 0;"
                + "const fetched = window.fetch;"
                + "window.fetch = (url, options) => url === 'publish' && ++window.sent === 1"
                + "  ? Promise.resolve(new Response('{\"code\":15,\"detail\":\"too fast\"}', {status: 429, headers: {'Retry-After': '2'}}))"
                + "  : fetched(url, options);");
        publish("one");
        String answer = page.awaitText("#answer", text -> text.startsWith("HTTP"));
        assertTrue(answer.matches("HTTP 429, code 15, [\\d,]+ ms: too fast"), answer);
        page.awaitText("#send-wait", "Too many messages: the next one can be sent in 2 s"::equals);
        for (String button : List.of("#send", "#request")) {
            assertEquals("true", page.find(button).getAttribute("aria-disabled"));
        }
        page.click("#send");
        assertEquals(1, ((Number) page.script("return window.sent")).intValue());
        page.awaitText("#send-wait", ""::equals);
        assertNull(page.find("#send").getAttribute("aria-disabled"));
        publish("two");
        page.awaitText("#answer", text -> text.startsWith("HTTP 200"));
    }

    private double opened(String what) {
        return ((Number) page.script("return window.opened" + (what.startsWith("[") ? "" : ".") + what)).doubleValue();
    }

    private int asked() {
        return ((Number) page.script("return window.asked")).intValue();
    }

    @Test
    void whatIsRefusedIsSaidBesideTheField() {
        page.type("#filter", "a/#/b");
        page.click("#apply-filter");
        page.awaitText("#filter-error", text -> text.contains("# must be the last level"));
        assertEquals("true", page.find("#filter").getAttribute("aria-invalid"));

        page.type("#topic", "a/#");
        publish("m");
        page.awaitText("#topic-error", text -> text.contains("must not contain the wildcards"));
        assertEquals("true", page.find("#topic").getAttribute("aria-invalid"));
        assertFalse(page.find("#msg-error").isDisplayed());
        assertTrue(page.text("#answer").startsWith("HTTP 400, code 3"), page.text("#answer"));
        assertEquals("down", page.find("#answer").getAttribute("data-state"));

        page.type("#topic", "django/mqtt");
        page.click("#send");
        page.awaitText("#answer", text -> text.startsWith("HTTP 200"));
        assertNull(page.find("#topic").getAttribute("aria-invalid"));
        assertFalse(page.find("#topic-error").isDisplayed());
    }

    @Test
    void qosAndRetainArePartOfTheMessage() {
        page.find("#qos option[value='2']").click();
        page.click("#retain");
        publish("kept");
        page.awaitText("#answer", text -> text.startsWith("HTTP 200"));
        page.type("#filter", "django/+");
        page.click("#apply-filter");
        page.awaitText("#feed li.message .meta", text -> text.contains("retained"));
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> page.texts("#feed .payload")
                .equals(List.of("kept")));
        gateway.request().delete("/retained?topic=django/mqtt").then().statusCode(200);
    }

    @Test
    void aRequestShowsItsAnswer() {
        try (Responder lamp = Responder.start(
                mosquitto.port(),
                "311",
                "cmnd/lamp",
                "%p",
                payload -> List.of("-t", "stat/lamp", "-m", "is " + payload))) {
            page.type("#topic", "cmnd/lamp");
            page.type("#msg", "on");
            page.click("#request-options summary");
            page.type("#reply-to", "stat/#");
            page.click("#request");
            page.awaitText("#reply-to-error", text -> text.contains("wildcards"));
            page.type("#reply-to", "stat/lamp");
            page.type("#timeout", "5");
            page.click("#request");
            page.awaitText("#reply", "is on"::equals);
            assertTrue(page.text("#answer").startsWith("HTTP 200, code 0"), page.text("#answer"));
            assertTrue(lamp.isAlive());
        }
        assertFalse(page.find("#reply-to-error").isDisplayed());
    }

    @Test
    void propertiesAreFoldedAwayAndSent() {
        assertFalse(page.find("#content-type").isDisplayed());
        try (MosquittoSub subscriber = MosquittoSub.start(mosquitto.port(), "django/mqtt", "%C|%E|%P", "-V", "5")) {
            page.click("#properties summary");
            page.type("#content-type", "text/plain");
            page.type("#message-expiry", "soon");
            publish("m");
            page.awaitText("#message-expiry-error", text -> text.contains("must be 0 to"));
            page.type("#message-expiry", "60");
            page.type("#user-properties", "a=1\nb=2=3\na=4");
            page.click("#send");
            page.awaitText("#answer", text -> text.startsWith("HTTP 200"));
            assertEquals(List.of("text/plain|60|a:1 a:4 b:2=3"), subscriber.await(1));
        }
    }

    @Test
    void whatIsRetainedIsShownOnAButton() {
        mosquitto.publish("kept/a", "one", "-r");
        mosquitto.publish("kept/b", "two", "-r");
        page.type("#filter", "kept/+");
        page.click("#retained");
        page.awaitText("#feed-source", "2 messages retained"::equals);
        page.awaitText("#feed-count", "2 messages"::equals);
        assertEquals(
                List.of("one", "two"),
                page.texts("#feed .payload").stream().sorted().toList());
        page.type("#filter", "nothing");
        page.click("#retained");
        page.awaitText("#feed-source", "Nothing is retained on nothing"::equals);
        page.type("#filter", "$SYS/#");
        page.click("#retained");
        page.awaitText("#filter-error", text -> text.contains("mqtt.subscribe.allow"));
    }

    private void publish(String message) {
        page.type("#msg", message);
        page.click("#send");
    }
}
