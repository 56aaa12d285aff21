package com.xlcfi.broker;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.kafka.support.KafkaHeaders;

/** Reads dead letters as a Java team's tool does: by the names and widths of Spring's own headers. */
final class ReadingDeadLetters {

    private ReadingDeadLetters() {
    }

    /** {"servers", "topic", "count"}. */
    static List<Map<String, Object>> answer(JsonNode request) {
        List<ConsumerRecord<String, byte[]>> records = Reading.records(
                request.get("servers").asText(),
                request.get("topic").asText(),
                request.get("count").asInt(),
                Map.of(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class));
        List<Map<String, Object>> found = new ArrayList<>();
        records.forEach(each -> found.add(told(each)));
        return found;
    }

    private static Map<String, Object> told(ConsumerRecord<String, byte[]> letter) {
        Map<String, Object> told = new HashMap<>();
        told.put("partition", letter.partition());
        told.put("key", letter.key());
        told.put("value", letter.value() == null ? null : new String(letter.value(), StandardCharsets.UTF_8));
        told.put("original_topic", text(letter, KafkaHeaders.DLT_ORIGINAL_TOPIC));
        told.put("original_partition", wide(letter, KafkaHeaders.DLT_ORIGINAL_PARTITION, Integer.BYTES).getInt());
        told.put("original_offset", wide(letter, KafkaHeaders.DLT_ORIGINAL_OFFSET, Long.BYTES).getLong());
        told.put("original_timestamp", wide(letter, KafkaHeaders.DLT_ORIGINAL_TIMESTAMP, Long.BYTES).getLong());
        told.put("exception", text(letter, KafkaHeaders.DLT_EXCEPTION_FQCN));
        told.put("message", text(letter, KafkaHeaders.DLT_EXCEPTION_MESSAGE));
        told.put("stacktrace", text(letter, KafkaHeaders.DLT_EXCEPTION_STACKTRACE));
        Map<String, Integer> widths = new HashMap<>();
        for (Header header : letter.headers()) {
            widths.put(header.key(), header.value() == null ? -1 : header.value().length);
        }
        told.put("headers", widths);
        Header type = letter.headers().lastHeader("__TypeId__");
        told.put("type", type == null ? null : new String(type.value(), StandardCharsets.UTF_8));
        return told;
    }

    private static String text(ConsumerRecord<String, byte[]> letter, String name) {
        return new String(bytes(letter, name), StandardCharsets.UTF_8);
    }

    private static ByteBuffer wide(ConsumerRecord<String, byte[]> letter, String name, int width) {
        byte[] bytes = bytes(letter, name);
        if (bytes.length != width) {
            throw new IllegalStateException(name + " has " + bytes.length + " bytes, not " + width);
        }
        return ByteBuffer.wrap(bytes);
    }

    private static byte[] bytes(ConsumerRecord<String, byte[]> letter, String name) {
        Header header = letter.headers().lastHeader(name);
        if (header == null) {
            throw new IllegalStateException("no header " + name);
        }
        return header.value();
    }
}
