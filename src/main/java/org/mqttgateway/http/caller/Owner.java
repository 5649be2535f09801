package org.mqttgateway.http.caller;

/**
 * Who answers for a request: a user, the subject of a token or, where nobody has to log in, an address.
 *
 * @param key what tells this owner from all others; users and subjects of tokens with the same name are two
 * @param rate most publishes a second; 0 means no limit
 * @param sharing whether the owner may hold at most half of a limited thing. The only user may hold all of it, and so may an address: where
 *     nobody has to log in, all callers may come from one proxy
 */
public record Owner(String key, int rate, boolean sharing) {

    /** Most characters of a name that are kept: a token can have one of many kilobytes, and a name is held while it counts. */
    private static final int MAX_NAME = 128;

    private static final String ADDRESS = "address:";

    /** Where neither users nor a rate are set, nobody counts. */
    public static final Owner NOBODY = new Owner("", 0, false);

    /** A user who has logged in with a password. */
    public static Owner user(String name, int rate, boolean sharing) {
        return new Owner("user:" + name, rate, sharing);
    }

    /** @param name the principal's name; null if the token has none, so that all such tokens together are one owner */
    public static Owner token(String name, int rate) {
        String all = name == null ? "" : name;
        String key = all.length() <= MAX_NAME
                ? all
                : all.substring(0, MAX_NAME) + "#" + Integer.toHexString(all.hashCode()) + "#" + all.length();
        return new Owner("token:" + key, rate, true);
    }

    /** What tells callers apart who have logged in; where nobody has to, all callers are one. */
    public String identity() {
        return key.startsWith(ADDRESS) ? "" : key;
    }

    /** Whoever calls from this address, where nobody has to log in. */
    public static Owner address(String address, int rate) {
        return new Owner(ADDRESS + address, rate, false);
    }
}
