package com.xlcfi.broker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;

/** Reads what topics hold, from their beginning, without a group. */
final class Reading {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Reading() {
    }

    /** The first `count` records or more of `topic`; fails if there are fewer after a while. */
    static <V> List<ConsumerRecord<String, V>> records(
            String servers, String topic, int count, Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        all.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        List<ConsumerRecord<String, V>> found = new ArrayList<>();
        try (Consumer<String, V> consumer = new DefaultKafkaConsumerFactory<String, V>(all).createConsumer()) {
            consumer.assign(consumer.partitionsFor(topic).stream()
                    .map(each -> new TopicPartition(topic, each.partition()))
                    .toList());
            Instant until = Instant.now().plus(PATIENCE);
            while (found.size() < count) {
                if (Instant.now().isAfter(until)) {
                    throw new IllegalStateException(topic + " holds " + found.size() + " records, not " + count);
                }
                consumer.poll(Duration.ofMillis(200)).forEach(found::add);
            }
        }
        return found;
    }
}
