package org.mqttgateway.settings;

import java.util.regex.Pattern;

/** What the bcrypt hash of a password looks like: {@code $2a$10$}, salt and digest. */
public final class BcryptHash {

    /** A cost above 15 would take many seconds for each check. Hashes that begin with $2x$ were made by a faulty implementation. */
    private static final Pattern FORM = Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-5])\\$[./A-Za-z0-9]{53}");

    private static final Pattern BEGINNING = Pattern.compile("\\$2[a-z]?\\$.*", Pattern.DOTALL);

    private static final int COST_FROM = 4;
    private static final int COST_TO = 6;
    private static final String OF_NOBODY = "$abcdefghijklmnopqrstuuodKgpISe9.VKpndEZiDiWjldYeL4AAG";

    private BcryptHash() {}

    /** Whether the text is a hash in its full form, of a cost that is taken. Any other text can only be a password. */
    public static boolean is(String text) {
        return FORM.matcher(text).matches();
    }

    /** Whether the text begins as a hash does and is none that can be checked: it was cut short, or is of a kind or cost that is not taken. */
    public static boolean isBroken(String text) {
        return BEGINNING.matcher(text).matches() && !is(text);
    }

    /** The cost of a hash: a check of it takes two to the power of that many rounds. */
    public static int costOf(String hash) {
        return Integer.parseInt(hash.substring(COST_FROM, COST_TO));
    }

    /** A hash that is no user's, of a cost from 4 to 15. */
    public static String ofNobody(int cost) {
        return (cost < 10 ? "$2a$0" : "$2a$") + cost + OF_NOBODY;
    }
}
