package org.mqttgateway.http.repeat;

/**
 * One time that a request with a key is done. It has one item for each message. What has come of an item earlier is kept, so that only the
 * others are done. Its methods may be called from any thread.
 */
public interface Repeat {

    /** A request without a key, of which nothing is kept. */
    Repeat NONE = new Repeat() {

        @Override
        public String key() {
            return null;
        }

        @Override
        public Object known(int item) {
            return null;
        }

        @Override
        public void keep(int item, Object outcome, long weight) {
            // Nobody will ask.
        }

        @Override
        public void end(Rest rest) {
            // Nobody waits.
        }
    };

    /** The key; null if the request has none. */
    String key();

    /** The outcome that is kept of an item; null if it has to be done. */
    Object known(int item);

    /**
     * Keeps the outcome of an item. It may come after {@link #end}, if the outcome was not known then; once nobody can ask for it any more it
     * is forgotten.
     *
     * @param weight the bytes that the outcome takes in memory, besides what every outcome takes
     */
    void keep(int item, Object outcome, long weight);

    /** What is known of the items of which no outcome is kept. */
    enum Rest {
        /** The broker does not have them. */
        NOT_DONE,
        /** Nobody knows whether the broker has them. */
        UNKNOWN,
        /** The same, and the broker may still say so. */
        MAY_COME
    }

    /** The answer is about to go out. From now on the request may be repeated. */
    void end(Rest rest);
}
