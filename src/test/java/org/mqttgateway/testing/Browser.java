package org.mqttgateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.logging.Level;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.openqa.selenium.By;
import org.openqa.selenium.Cookie;
import org.openqa.selenium.NotFoundException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.remote.RemoteWebDriver;

/** A headless Chromium with a fresh profile that talks to nobody but the page's server. */
public final class Browser implements AutoCloseable {

    private final ChromeDriverService service;
    private final RemoteWebDriver driver;

    public Browser() {
        service = new ChromeDriverService.Builder()
                .usingDriverExecutable(Commands.executable("chromedriver"))
                .usingAnyFreePort()
                .build();
        try {
            service.start();
            // ChromeDriver would want Selenium's manager, which fetches drivers.
            driver = new RemoteWebDriver(service.getUrl(), options());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens a page, and waits until it has loaded. */
    public void open(String url) {
        // What the page before it wrote to the console is not this page's.
        errors();
        driver.get(url);
    }

    private static ChromeOptions options() {
        LoggingPreferences console = new LoggingPreferences();
        console.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(Commands.executable("chromium"));
        options.setCapability("goog:loggingPrefs", console);
        options.addArguments(
                "--headless=new",
                "--window-size=1280,1040",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--disable-quic",
                "--disable-gpu",
                // A page that was left is gone, with its connections.
                "--disable-features=BackForwardCache",
                "--disable-dev-shm-usage",
                "--user-data-dir=" + profile());
        if (System.getProperty("user.name").equals("root")) {
            options.addArguments("--no-sandbox");
        }
        return options;
    }

    private static String profile() {
        try {
            return Temporary.directory("chromium").toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public WebElement find(String selector) {
        return driver.findElement(By.cssSelector(selector));
    }

    public List<WebElement> findAll(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    /** Replaces what is in a field. */
    public void type(String selector, String text) {
        WebElement field = find(selector);
        field.clear();
        field.sendKeys(text);
    }

    public void click(String selector) {
        find(selector).click();
    }

    /** The text as the reader sees it. */
    public String text(String selector) {
        return find(selector).getText();
    }

    /** The texts of all elements that the selector finds, as they are at one moment. */
    @SuppressWarnings("unchecked")
    public List<String> texts(String selector) {
        return (List<String>) driver.executeScript(
                "return Array.from(document.querySelectorAll(arguments[0]), e => e.textContent)", selector);
    }

    /** Waits until the element is there and its text is as it should be, and returns the text. */
    public String awaitText(String selector, Predicate<String> expected) {
        return await(selector).until(() -> text(selector), expected::test);
    }

    /** Waits until the element is there and its attribute has this value. */
    public void awaitAttribute(String selector, String attribute, String value) {
        await(selector + " " + attribute)
                .until(() -> value.equals(find(selector).getAttribute(attribute)));
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what)
                .atMost(30, TimeUnit.SECONDS)
                .ignoreExceptionsMatching(missing ->
                        missing instanceof NotFoundException || missing instanceof StaleElementReferenceException);
    }

    /** What the page, and the browser about the page, wrote to the console as an error. */
    public List<String> errors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().equals(Level.SEVERE))
                .map(LogEntry::getMessage)
                .toList();
    }

    /** Writes a picture of what the reader sees, as PNG. */
    public void picture(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    /** The value of a cookie of the page, also of one that no script may read; empty if it has none. */
    public String cookie(String name) {
        Cookie cookie = driver.manage().getCookieNamed(name);
        return cookie == null ? "" : cookie.getValue();
    }

    public Object script(String script) {
        return driver.executeScript(script);
    }

    @Override
    public void close() {
        driver.quit();
        service.stop();
    }
}
