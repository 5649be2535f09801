package org.mqttgateway.publish.parse;

import java.util.Arrays;

/**
 * Finds names that an object in JSON has twice. It holds a reference for each name of the objects that are being read and nothing besides,
 * however many there are: Jackson's own check holds ten times the text of an object with many short names, and a hash table could be made
 * slow by names with equal hashes.
 */
final class FieldNames {

    /** So many names are compared with each other as they come, which costs nothing; more are sorted when their object ends. */
    private static final int FEW = 16;

    /** The names of the objects that are being read, those of the innermost last. */
    private String[] names = new String[8];

    private int size;

    /** Where in {@link #names} each of the objects begins. */
    private int[] begins = new int[4];

    private int depth;

    /** An object begins. */
    void begin() {
        if (depth == begins.length) {
            begins = Arrays.copyOf(begins, 2 * depth);
        }
        begins[depth++] = size;
    }

    /** Adds a name to the innermost object; returns whether it is known to be there already. */
    boolean add(String name) {
        int begin = begins[depth - 1];
        if (size - begin < FEW) {
            for (int i = begin; i < size; i++) {
                if (names[i].equals(name)) {
                    return true;
                }
            }
        }
        if (size == names.length) {
            names = Arrays.copyOf(names, 2 * size);
        }
        names[size++] = name;
        return false;
    }

    /** The innermost object ends; returns a name that was there twice, null if there is none. */
    String end() {
        int begin = begins[--depth];
        int end = size;
        size = begin;
        if (end - begin > FEW) {
            Arrays.sort(names, begin, end);
            for (int i = begin + 1; i < end; i++) {
                if (names[i].equals(names[i - 1])) {
                    return names[i];
                }
            }
        }
        return null;
    }

    /** No object is being read any more. */
    void clear() {
        size = 0;
        depth = 0;
    }
}
