package com.xlcfi.broker;

import com.fasterxml.jackson.databind.JsonNode;
import com.xlcfi.review.event.ReviewAnalyzedEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.springframework.kafka.support.serializer.JsonDeserializer;

/** Reads review.analyzed as a listener does: Spring's JsonDeserializer makes the record. */
final class ReadingAnalyzed {

    private ReadingAnalyzed() {
    }

    /** {"servers", "topic", "count", "types": "default" (the listener names its type) or "header" (the record does)}. */
    static List<Map<String, Object>> answer(JsonNode request) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, JsonDeserializer.class);
        settings.put(JsonDeserializer.TRUSTED_PACKAGES, "com.xlcfi.*");
        // It takes the header away once it has read it; the test wants to see whether there was one.
        settings.put(JsonDeserializer.REMOVE_TYPE_INFO_HEADERS, false);
        if (request.get("types").asText().equals("default")) {
            settings.put(JsonDeserializer.VALUE_DEFAULT_TYPE, ReviewAnalyzedEvent.class.getName());
        }
        List<ConsumerRecord<String, ReviewAnalyzedEvent>> records = Reading.records(
                request.get("servers").asText(),
                request.get("topic").asText(),
                request.get("count").asInt(),
                settings);
        List<Map<String, Object>> found = new ArrayList<>();
        for (var each : records) {
            // Assigned, so that another class would fail here.
            ReviewAnalyzedEvent event = each.value();
            found.add(Map.of(
                    "key", each.key(),
                    "headers", StreamSupport.stream(each.headers().spliterator(), false).map(Header::key).toList(),
                    "timestamp", event.timestamp().toString(),
                    "sentiment", event.sentiment().name(),
                    "aspects", event.aspects().stream().map(ReadingAnalyzed::told).toList(),
                    "event", Map.of(
                            "eventId", event.eventId(),
                            "eventType", event.eventType(),
                            "reviewId", event.reviewId(),
                            "productId", event.productId(),
                            "score", event.score(),
                            "confidence", event.confidence(),
                            "keywords", event.keywords(),
                            "modelVersion", event.modelVersion())));
        }
        return found;
    }

    private static Map<String, Object> told(ReviewAnalyzedEvent.Aspect aspect) {
        return Map.of("aspect", aspect.aspect(), "sentiment", aspect.sentiment().name(), "score", aspect.score());
    }
}
