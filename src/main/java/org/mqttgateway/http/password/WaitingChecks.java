package org.mqttgateway.http.password;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The checks of passwords that wait, and whose turn it is: that of the address with the fewest wrong passwords lately and the fewest checks
 * under way. So addresses take turns, and whoever has sent no wrong password goes ahead of those who have, also if they have taken all places.
 * Is not thread-safe.
 */
final class WaitingChecks {

    /** Most checks under way: a few of each of some addresses. The same credentials count once, however many requests bring them. */
    static final int MAX = 64;

    static final int MAX_OF_ADDRESS = 4;

    /** Wrong passwords are forgotten when none has come from their address for so long, or from so many other addresses since. */
    private static final long FORGOTTEN_NANOS = TimeUnit.MINUTES.toNanos(10);

    private static final int MAX_REMEMBERED = 1_000;

    private final Map<ByteBuffer, Check> underWay = new HashMap<>();
    private final Map<String, Wrong> wrong = new LinkedHashMap<>();
    private long entered;

    /** A check; {@code hash} is null if the password cannot be right. */
    static final class Check {

        private final ByteBuffer credentials;
        private final String address;
        private final String hash;
        private final String password;
        private final CompletableFuture<Boolean> outcome = new CompletableFuture<>();

        /** How many checks came before it, in all and of those that were under way then from the same address. */
        private long number;

        private long behind;
        private boolean begun;
        private Future<?> expiry;

        Check(ByteBuffer credentials, String address, String hash, String password) {
            this.credentials = credentials;
            this.address = address;
            this.hash = hash;
            this.password = password;
        }

        ByteBuffer credentials() {
            return credentials;
        }

        String hash() {
            return hash;
        }

        String password() {
            return password;
        }

        String address() {
            return address;
        }

        /** Whether the password is right. It is for all who wait for it, so none of them may complete or cancel it: each takes a copy. */
        CompletableFuture<Boolean> outcome() {
            return outcome;
        }
    }

    private record Wrong(int count, long last) {}

    /** The check of the same credentials that is under way; null if there is none. */
    Check find(ByteBuffer credentials) {
        return underWay.get(credentials);
    }

    /** Whether there is a place for a check, or another one that waits and may lose its own to it. */
    boolean mayEnter(Check check) {
        return underWayOf(check.address) < MAX_OF_ADDRESS && (underWay.size() < MAX || displacedBy(check) != null);
    }

    /**
     * Adds a check that may enter.
     *
     * @param expiry what ends its wait; it is cancelled when the check no longer waits
     * @return the check that has lost its place by this; null if none has
     */
    Check enter(Check check, Future<?> expiry) {
        Check displaced = underWay.size() < MAX ? null : displacedBy(check);
        if (displaced != null) {
            leave(displaced);
        }
        check.expiry = expiry;
        check.number = entered++;
        check.behind = underWayOf(check.address);
        underWay.put(check.credentials, check);
        return displaced;
    }

    private Check displacedBy(Check check) {
        long own = wrongOf(check.address) + underWayOf(check.address);
        return waiting()
                .max(turns())
                .filter(last -> wrongOf(last.address) + last.behind > own)
                .orElse(null);
    }

    private long underWayOf(String address) {
        return underWay.values().stream()
                .filter(check -> check.address.equals(address))
                .count();
    }

    /** The check whose turn it is; null if none waits. It stays in the line. */
    Check first() {
        return waiting().min(turns()).orElse(null);
    }

    private Stream<Check> waiting() {
        return underWay.values().stream().filter(check -> !check.begun);
    }

    /** The check's turn has come. Until it leaves, it keeps its place, so that the same credentials are not checked twice. */
    void begin(Check check) {
        check.begun = true;
        check.expiry.cancel(false);
    }

    /** Takes a check out of the line, if its turn has not come. Returns whether it has not. */
    boolean withdraw(Check check) {
        if (check.begun || underWay.get(check.credentials) != check) {
            return false;
        }
        leave(check);
        return true;
    }

    /** Gives the place of a check back. */
    void leave(Check check) {
        underWay.remove(check.credentials, check);
        check.expiry.cancel(false);
    }

    /** A wrong password has come from the address. */
    void wrong(String address) {
        int count = wrongOf(address) + 1;
        // The one that has been silent for the longest time is the first.
        wrong.remove(address);
        wrong.put(address, new Wrong(count, System.nanoTime()));
        if (wrong.size() > MAX_REMEMBERED) {
            wrong.remove(wrong.keySet().iterator().next());
        }
    }

    /** How many wrong passwords have come from an address lately. */
    int wrongOf(String address) {
        Wrong remembered = wrong.get(address);
        return remembered == null || System.nanoTime() - remembered.last > FORGOTTEN_NANOS ? 0 : remembered.count;
    }

    private Comparator<Check> turns() {
        return Comparator.<Check>comparingLong(check -> wrongOf(check.address) + check.behind)
                .thenComparingLong(check -> check.number);
    }
}
