package com.xlcfi.broker;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.ListenerExecutionFailedException;

/** What Spring itself makes of a record that a listener could not handle: the model that our dead letters follow. */
final class Recovering {

    private Recovering() {
    }

    /** {"servers", "topic", "partition", "offset", "timestamp", "key", "value", "group"}; sends to `topic`.DLT. */
    static String answer(JsonNode request) {
        var factory = new DefaultKafkaProducerFactory<String, byte[]>(Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, request.get("servers").asText(),
                ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class,
                ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class));
        try {
            byte[] value = request.get("value").asText().getBytes(StandardCharsets.UTF_8);
            var failed = new ConsumerRecord<>(
                    request.get("topic").asText(),
                    request.get("partition").asInt(),
                    request.get("offset").asLong(),
                    request.get("timestamp").asLong(),
                    TimestampType.CREATE_TIME,
                    -1,
                    value.length,
                    request.get("key").asText(),
                    value,
                    new RecordHeaders().add("__TypeId__", "com.xlcfi.Event".getBytes(StandardCharsets.UTF_8)),
                    Optional.empty());
            var cause = new IllegalArgumentException("userId 0 can't be an id");
            new DeadLetterPublishingRecoverer(new KafkaTemplate<>(factory)).accept(
                    failed,
                    new ListenerExecutionFailedException("Listener failed", request.get("group").asText(), cause));
            return "sent";
        } finally {
            factory.destroy();
        }
    }
}
