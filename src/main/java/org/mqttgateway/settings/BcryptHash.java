package org.mqttgateway.settings;

import java.util.regex.Pattern;

/** Tells the bcrypt hash of a password from a password. */
public final class BcryptHash {

    /** A cost above 15 would take many seconds for each check. Hashes that begin with $2x$ were made by a faulty implementation. */
    private static final Pattern FORM = Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-5])\\$[./A-Za-z0-9]{53}");

    private BcryptHash() {}

    /** Whether the text is a hash in its full form, of a cost that is taken. Any other text can only be a password. */
    public static boolean is(String text) {
        return FORM.matcher(text).matches();
    }
}
