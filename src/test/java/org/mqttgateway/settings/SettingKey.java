package org.mqttgateway.settings;

import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import io.smallrye.config.common.utils.StringUtil;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A key that {@link GatewaySettings} has, found by reflection: a new key is among them by itself.
 *
 * @param name with {@code NAME} for the name of a user
 * @param type of its value, without its Optional
 * @param preset its default; empty for none
 * @param getters what leads to its value
 */
record SettingKey(String name, Class<?> type, String preset, List<Method> getters) {

    /** The user of whom the tests speak. */
    static final String USER = "ada";

    private static final String ANY_USER = "NAME";

    static List<SettingKey> all() {
        List<SettingKey> found = new ArrayList<>();
        find("mqtt.", GatewaySettings.class, List.of(), found);
        found.sort(Comparator.comparing(SettingKey::name));
        return found;
    }

    private static void find(String prefix, Class<?> group, List<Method> before, List<SettingKey> found) {
        for (Method getter : group.getDeclaredMethods()) {
            List<Method> getters = new ArrayList<>(before);
            getters.add(getter);
            WithName own = getter.getAnnotation(WithName.class);
            String name = prefix + (own == null ? StringUtil.skewer(getter.getName()) : own.value());
            Class<?> type = plain(getter.getGenericReturnType());
            if (getter.getReturnType() == Map.class && !isGroup(type)) {
                found.add(new SettingKey(name + "." + ANY_USER, type, "", getters));
            } else if (getter.getReturnType() == Map.class) {
                find(name + "." + ANY_USER + ".", type, getters, found);
            } else if (isGroup(type)) {
                find(name + ".", type, getters, found);
            } else {
                WithDefault preset = getter.getAnnotation(WithDefault.class);
                boolean none = preset == null || preset.value().equals(TextList.ABSENT);
                found.add(new SettingKey(name, type, none ? "" : preset.value(), getters));
            }
        }
    }

    private static boolean isGroup(Class<?> type) {
        return type.isInterface() && type.getPackage() == GatewaySettings.class.getPackage();
    }

    /** Of an Optional or a Map the type of what is in it. */
    private static Class<?> plain(Type type) {
        return type instanceof ParameterizedType parameterized
                ? plain(parameterized.getActualTypeArguments()[parameterized.getActualTypeArguments().length - 1])
                : (Class<?>) type;
    }

    /** The key as the tests set it. */
    String key() {
        return name.replace(ANY_USER, USER);
    }

    /** The variable of the environment that sets it. */
    String variable() {
        return variable(key());
    }

    static String variable(String key) {
        return key.toUpperCase().replaceAll("[^A-Z0-9]", "_");
    }

    /** What is used of it: the value, or null for an empty Optional. */
    Object used(GatewaySettings settings) throws ReflectiveOperationException {
        Object value = settings;
        for (Method getter : getters) {
            value = getter.invoke(value);
            if (value instanceof Map<?, ?> users) {
                value = users.get(USER);
            } else if (value instanceof Optional<?> optional) {
                value = optional.orElse(null);
            }
        }
        return value;
    }

    @Override
    public String toString() {
        return name + Arrays.toString(new Object[] {type.getSimpleName()});
    }
}
