package com.xlcfi.behavior.event;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.LocalDateTime;
import java.util.Map;

/** What several services send about what people do. */
public final class BehaviorEvents {

    private BehaviorEvents() {
    }

    /** user.behavior. */
    public record UserBehavior(
            String eventId,
            LocalDateTime timestamp,
            Long userId,
            String behaviorType,
            Long productId,
            String keyword,
            Map<String, Object> data) {
    }

    /** user.behavior of a service that writes its names as its database does. */
    public record SnakeCase(
            @JsonProperty("event_id") String eventId,
            LocalDateTime timestamp,
            @JsonProperty("user_id") Long userId,
            @JsonProperty("behavior_type") String behaviorType,
            @JsonProperty("product_id") Long productId) {
    }
}
