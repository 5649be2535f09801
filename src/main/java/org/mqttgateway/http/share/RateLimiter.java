package org.mqttgateway.http.share;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.mqttgateway.http.caller.Owner;

/**
 * Counts what each owner publishes against its rate, in windows of one second, the first of which begins with its first publish after a pause. In
 * each window it may publish as many as its rate, in bursts or evenly. Whoever wants more is held to the rate more closely from the end of that
 * window on: what it has published is paid off bit by bit, so at full speed its publishes are admitted evenly and not in bursts, which would slow
 * others down, and neither in a second nor over a longer time are there more than the rate. That ends when all is paid off.
 *
 * <p>A bulk that is admitted counts all its items, even if they are more than is left; nothing is admitted until the excess is paid off. So a bulk can
 * have any size, and the rate still holds on average. Thread-safe.
 */
final class RateLimiter {

    /**
     * Most owners of whom it is remembered what they have published. Whoever can come from more addresses than that within a second may
     * publish as many times the rate anyway; so the memory ends here, and the one not seen for longest is forgotten.
     */
    static final int MAX_OWNERS = 8_192;

    /** Owners not seen for longest at which a new one looks: more than one, so that there are soon no more than come within a second. */
    private static final int LOOKED_AT = 2;

    /** One publish is owed as so many units, of which as many are paid off in each nanosecond as the rate is. */
    private static final long UNITS = TimeUnit.SECONDS.toNanos(1);

    /** What an owner has published and not paid off yet. */
    private static final class Debt {

        /** In units. */
        private long owed;

        /** The end of the window; where a publish was refused, what is owed is paid off up to then. */
        private long paidFrom;

        /** Whether a publish was refused and what was published before it is not paid off yet. */
        private boolean refused;

        void pay(long now, int rate) {
            long since = now - paidFrom;
            if (since < 0) {
                return;
            }
            long paid = refused ? since : (since / UNITS + 1) * UNITS;
            paidFrom += paid;
            owed = paid > owed / rate ? 0 : owed - paid * rate;
            refused &= owed > 0;
        }

        void add(long now, int publishes) {
            if (owed == 0) {
                paidFrom = now + UNITS;
            }
            owed += publishes * UNITS;
        }
    }

    /**
     * What an owner may do after a publish.
     *
     * @param admitted whether the publish was admitted
     * @param left publishes that would be admitted now
     * @param seconds until one is admitted, if none is left; at least 1
     */
    record State(boolean admitted, long left, int seconds) {}

    private final LongSupplier nanos;

    /** In the order in which they were last seen. */
    private final Map<Owner, Debt> debts = new LinkedHashMap<>(16, 0.75f, true);

    /** @param nanos the clock, as {@link System#nanoTime} */
    RateLimiter(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Counts one publish if anything is left. */
    synchronized State take(Owner owner) {
        long now = nanos.getAsLong();
        Debt debt = debt(owner, now);
        boolean admitted = debt.owed < owner.rate() * UNITS;
        if (admitted) {
            debt.add(now, 1);
        } else {
            debt.refused = true;
        }
        return state(debt, owner, now, admitted);
    }

    /** Counts {@code more} publishes of a bulk that was admitted, however many are left. */
    synchronized State add(Owner owner, int more) {
        long now = nanos.getAsLong();
        Debt debt = debt(owner, now);
        debt.add(now, more);
        return state(debt, owner, now, true);
    }

    /** How many owners are remembered. */
    synchronized int size() {
        return debts.size();
    }

    private Debt debt(Owner owner, long now) {
        Debt debt = debts.get(owner);
        if (debt == null) {
            forget(now);
            debt = new Debt();
            debts.put(owner, debt);
        } else {
            debt.pay(now, owner.rate());
        }
        return debt;
    }

    /** Makes room for one more owner, in a few steps. */
    private void forget(long now) {
        for (int i = 0; i < LOOKED_AT && !debts.isEmpty(); i++) {
            Iterator<Map.Entry<Owner, Debt>> eldestFirst = debts.entrySet().iterator();
            Map.Entry<Owner, Debt> eldest = eldestFirst.next();
            Debt debt = eldest.getValue();
            if (now - debt.paidFrom < 0) {
                break;
            }
            debt.pay(now, eldest.getKey().rate());
            eldestFirst.remove();
            if (debt.owed > 0) {
                // Others are forgotten before one that still owes.
                debts.put(eldest.getKey(), debt);
            }
        }
        if (debts.size() >= MAX_OWNERS) {
            Iterator<Owner> eldestFirst = debts.keySet().iterator();
            eldestFirst.next();
            eldestFirst.remove();
        }
    }

    private static State state(Debt debt, Owner owner, long now, boolean admitted) {
        long free = owner.rate() * UNITS - debt.owed;
        long left = free <= 0 ? 0 : (free + UNITS - 1) / UNITS;
        long wait = Math.max(0, debt.paidFrom - now) - Math.min(0, free) / owner.rate();
        long seconds = Math.max(1, (wait + UNITS - 1) / UNITS);
        return new State(admitted, left, (int) Math.min(left > 0 ? 1 : seconds, Integer.MAX_VALUE));
    }
}
