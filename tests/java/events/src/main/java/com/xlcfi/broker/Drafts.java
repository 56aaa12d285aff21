package com.xlcfi.broker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;

/** Makes the event object that a service would have made, from the values that a test gives. */
final class Drafts {

    /** Reads the test's values as they are: a field that no event has is a mistake of the test. */
    private static final ObjectMapper TEST = JsonMapper.builder()
            .addModules(new JavaTimeModule(), new Jdk8Module())
            .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
            .build();

    /** What Spring Boot gives a service that asks for an ObjectMapper: dates as text. */
    private static final ObjectMapper BOOT = JsonMapper.builder()
            .addModules(new JavaTimeModule(), new Jdk8Module())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Drafts() {
    }

    /** {"class", "fields"}: the object; with "wrapped" its JSON as Boot writes it; neither: null, a tombstone. */
    static Object payload(JsonNode message) throws ClassNotFoundException, JsonProcessingException {
        if (!message.hasNonNull("class")) {
            return null;
        }
        Object event = TEST.convertValue(message.get("fields"), Class.forName(message.get("class").asText()));
        return message.path("wrapped").asBoolean() ? BOOT.writeValueAsString(event) : event;
    }
}
