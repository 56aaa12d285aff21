package com.xlcfi.broker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.support.SendResult;
import org.springframework.kafka.support.serializer.JsonSerializer;

/** Sends events with KafkaTemplate and JsonSerializer, configured by class names as in an application.yml. */
final class Sending {

    private Sending() {
    }

    /** {"servers", "compression", "messages": [{"topic", "key", "partition", ...}]}; where each came to lie. */
    static List<Map<String, Object>> answer(JsonNode request) throws Exception {
        String servers = request.get("servers").asText();
        String compression = request.get("compression").asText();
        var events = factory(servers, compression, JsonSerializer.class);
        var texts = factory(servers, compression, StringSerializer.class);
        try {
            var eventTemplate = new KafkaTemplate<String, Object>(events);
            var textTemplate = new KafkaTemplate<String, Object>(texts);
            List<CompletableFuture<SendResult<String, Object>>> sent = new ArrayList<>();
            for (JsonNode message : request.get("messages")) {
                sent.add(message.hasNonNull("text")
                        ? textTemplate.send(draft(message, message.get("text").asText()))
                        : eventTemplate.send(draft(message, Drafts.payload(message))));
            }
            List<Map<String, Object>> places = new ArrayList<>();
            for (var each : sent) {
                places.add(place(each.get()));
            }
            return places;
        } finally {
            events.destroy();
            texts.destroy();
        }
    }

    private static DefaultKafkaProducerFactory<String, Object> factory(
            String servers, String compression, Class<?> serializer) {
        return new DefaultKafkaProducerFactory<>(Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers,
                ProducerConfig.COMPRESSION_TYPE_CONFIG, compression,
                ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class,
                ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, serializer));
    }

    private static ProducerRecord<String, Object> draft(JsonNode message, Object value) {
        Integer partition = message.hasNonNull("partition") ? message.get("partition").asInt() : null;
        String key = message.hasNonNull("key") ? message.get("key").asText() : null;
        return new ProducerRecord<>(message.get("topic").asText(), partition, key, value);
    }

    private static Map<String, Object> place(SendResult<String, Object> sent) {
        var where = sent.getRecordMetadata();
        Header type = sent.getProducerRecord().headers().lastHeader("__TypeId__");
        Map<String, Object> found = new HashMap<>();
        found.put("topic", where.topic());
        found.put("partition", where.partition());
        found.put("offset", where.offset());
        found.put("timestamp", where.timestamp());
        found.put("type", type == null ? null : new String(type.value()));
        return found;
    }
}
