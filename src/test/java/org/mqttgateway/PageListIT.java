package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.testing.Browser;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.MosquittoSub;
import org.mqttgateway.testing.NeedsChromium;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.SharedGateway;
import org.mqttgateway.testing.UsesSharedGateway;
import org.openqa.selenium.Keys;

/** What the page does with the messages that it holds: several filters, an address to share, search, numbers as a chart, copies, colours. */
@NeedsMosquitto
@NeedsChromium
@UsesSharedGateway
class PageListIT {

    private static Mosquitto mosquitto;
    private static Browser page;

    @BeforeAll
    static void start() {
        mosquitto = SharedGateway.mosquitto();
        page = new Browser();
    }

    @AfterAll
    static void stop() {
        page.close();
    }

    @AfterEach
    void leave() {
        assertEquals(List.of(), page.errors());
        page.open("about:blank");
    }

    private static void open(String query) {
        page.open("http://127.0.0.1:" + SharedGateway.gateway().httpPort() + "/" + query);
        page.awaitText("#feed-source", text -> text.startsWith("Listening to"));
    }

    @Test
    void severalFiltersShareOneStream() {
        open("");
        page.type("#filter", "list/several/+");
        page.click("#add-filter");
        page.type("#filters li:last-child input", "list/several/a");
        page.click("#add-filter");
        page.type("#filters li:last-child input", "list/third");
        page.click("#apply-filter");
        page.awaitText("#feed-source", "Listening to list/several/+, list/several/a, list/third"::equals);
        mosquitto.publish("list/several/a", "once");
        mosquitto.publish("list/third", "too");
        page.awaitText("#feed-count", "2 messages"::equals);
        // Of two topics nobody promises an order.
        assertEquals(Set.of("too", "once"), Set.copyOf(page.texts("#feed .payload")));
        page.click("#filters li:nth-child(2) button");
        assertEquals(2, page.findAll("#filters input").size());
        page.type("#filters li:last-child input", "list/#/x");
        page.click("#apply-filter");
        page.awaitText("#filter-error", text -> text.contains("# must be the last level"));
        // The browser says of an answer that it was 400.
        page.errors();
    }

    @Test
    void theAddressHoldsTopicAndFiltersAndTheWayBackWorks() {
        open("?topic=list/to+publish&filter=list/first/%2B");
        assertEquals("list/to publish", page.find("#topic").getAttribute("value"));
        page.awaitText("#feed-source", "Listening to list/first/+"::equals);
        page.type("#filter", "list/second");
        page.click("#apply-filter");
        page.awaitText("#feed-source", "Listening to list/second"::equals);
        assertEquals("?topic=list%2Fto+publish&filter=list%2Fsecond", page.script("return location.search"));
        page.script("history.back()");
        page.awaitText("#feed-source", "Listening to list/first/+"::equals);
        assertEquals("list/first/+", page.find("#filter").getAttribute("value"));
        page.type("#topic", "list/other" + Keys.TAB);
        assertEquals("?topic=list%2Fother&filter=list%2Ffirst%2F%2B", page.script("return location.search"));
    }

    @Test
    void whatIsHeldIsFoundByItsTopicPayloadOrProperties() {
        open("?filter=list/search/%23");
        int messages = 150;
        SharedGateway.gateway()
                .request()
                .contentType("application/json")
                .body(IntStream.range(0, messages)
                        .mapToObj(n -> "{\"topic\":\"list/search/" + n + "\",\"msg\":\"Größe <" + n + ">\"}")
                        .toList()
                        .toString())
                .post("/publish/bulk")
                .then()
                .statusCode(200);
        page.awaitText("#feed-count", (messages + " messages")::equals);
        page.type("#search", "GRÖSSE <7>".replace("SS", "ß"));
        page.awaitText("#search-count", "1 of 150 found"::equals);
        assertEquals("list/search/7", page.text("#feed li:not([hidden]) .topic"));
        page.type("#search", "search/14");
        page.awaitText("#search-count", "11 of 150 found"::equals);
        mosquitto.publish("list/search/149/new", "found too");
        mosquitto.publish("list/search/new", "not found");
        mosquitto.publish("list/search/prop", "p", "-V", "5", "-D", "PUBLISH", "user-property", "key", "search/14");
        page.awaitText("#search-count", "13 of 153 found"::equals);
        page.find("#search").sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE);
        page.awaitText("#search-count", ""::equals);
    }

    @Test
    void aMessageIsCopiedAndPublishedAgainAsItWas() {
        open("?filter=list/again");
        String payload = " {\"a\" : 1} <b>";
        try (MosquittoSub subscriber =
                MosquittoSub.start(mosquitto.port(), "list/again", "%q|%C|%P|%p", "-V", "5", "-q", "1")) {
            String[] properties = {
                "-V",
                "5",
                "-q",
                "2",
                "-D",
                "PUBLISH",
                "content-type",
                "text/x",
                "-D",
                "PUBLISH",
                "user-property",
                "k",
                "v=1"
            };
            mosquitto.publish("list/again", payload, properties);
            page.awaitText("#feed-count", "1 message"::equals);
            page.click("#feed button[data-action=copy]");
            page.awaitText("#feed button[data-action=copy]", "Copied"::equals);
            page.find("#msg").sendKeys(Keys.chord(Keys.CONTROL, "v"));
            assertEquals(payload, page.find("#msg").getAttribute("value"));
            page.click("#feed button[data-action=again]");
            assertEquals("send", page.script("return document.activeElement.id"));
            page.click("#send");
            page.awaitText("#answer", text -> text.startsWith("HTTP 200"));
            String expected = "1|text/x|k:v=1|" + payload;
            assertEquals(List.of(expected, expected), subscriber.await(2));
        }
    }

    @Test
    void bytesThatAreNoTextArePublishedAgainToo() {
        open("?filter=list/bytes");
        try (MosquittoSub subscriber = MosquittoSub.start(mosquitto.port(), "list/bytes", "%x")) {
            SharedGateway.gateway()
                    .request()
                    .contentType("application/octet-stream")
                    .body(new byte[] {(byte) 0xff, 0, 1})
                    .post("/publish?topic=list/bytes")
                    .then()
                    .statusCode(200);
            page.awaitText("#feed .tag", "base64"::equals);
            page.click("#feed button[data-action=again]");
            page.click("#send");
            page.awaitText("#feed-count", "2 messages"::equals);
            assertEquals(List.of("ff0001", "ff0001"), subscriber.await(2));
        }
    }

    @Test
    void numbersAreDrawn() {
        open("?filter=list/values/%23");
        assertFalse(page.find("#values").isDisplayed());
        for (String celsius : List.of("19.5", "23", "21.25")) {
            mosquitto.publish("list/values/t", celsius);
        }
        page.awaitText("#values-text", "21.25 now, 19.5 to 23 in 3 values"::equals);
        assertEquals(3, page.find("#values-line").getAttribute("points").split(" ").length);
        mosquitto.publish(
                "list/values/json",
                "{\"power\":{\"watts\":1200,\"on\":true},\"list\":[1],\"text\":\"7\",\"__proto__\":{\"x\":1e999}}");
        mosquitto.publish("list/values/broken", "{\"a\":");
        mosquitto.publish("list/values/not", "12 apples");
        page.awaitText("#feed-count", "6 messages"::equals);
        assertEquals(
                List.of("nothing", "list/values/json: list.0", "list/values/json: power.watts", "list/values/t"),
                page.texts("#series option"));
        page.click("#series option:nth-child(3)");
        page.awaitText("#values-text", "1,200 now, 1,200 to 1,200 in 1 value"::equals);
        page.click("#clear");
        assertFalse(page.find("#values").isDisplayed());
    }

    @Test
    void manySeriesAndFieldsAreBounded() {
        open("?filter=list/many/%23");
        String fields = IntStream.range(0, 1_000)
                .mapToObj(n -> "\"f" + n + "\":" + n)
                .toList()
                .toString();
        String json = "{" + fields.substring(1, fields.length() - 1) + "}";
        for (String topic : List.of("a", "b", "c", "d")) {
            mosquitto.publish("list/many/" + topic, json);
        }
        page.awaitText("#feed-count", "4 messages"::equals);
        assertEquals(51, page.findAll("#series option").size());
        // What somebody looks at stays.
        assertTrue(page.texts("#series option").contains("list/many/a: f0"));
    }

    /** Makes the pictures of the README too, with {@code -Dpage.pictures=src/site/resources}. */
    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void coloursAreTheReadersChoice(String theme) throws IOException {
        String address = "?topic=sensors/" + theme + "&filter=sensors/" + theme + "/%23";
        open(address);
        page.click("#theme option[value=" + theme + "]");
        for (int n = 0; n < 24; n++) {
            double celsius = 20 + 3 * Math.sin(n / 4.0) + n % 3 * 0.2;
            mosquitto.publish(
                    "sensors/" + theme + "/climate",
                    String.format("{\"celsius\":%.2f,\"humidity\":%d}", celsius, 40 + n % 7));
        }
        page.awaitText("#feed-count", text -> text.startsWith("24 messages"));
        open(address);
        assertEquals(theme, page.find("#theme").getAttribute("value"));
        page.awaitText("#values-text", text -> text.contains("values"));
        page.awaitText("#rate-text", text -> text.contains("24 in the last 60 s"));
        assertEquals(theme, page.script("return getComputedStyle(document.documentElement).colorScheme"));
        Path picture = Path.of(System.getProperty("page.pictures", "target/pictures"), "page-" + theme + ".png");
        page.picture(picture);
        Awaitility.await().until(() -> picture.toFile().length() > 10_000);
    }
}
