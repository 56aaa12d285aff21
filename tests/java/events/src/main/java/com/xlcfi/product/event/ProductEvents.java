package com.xlcfi.product.event;

import java.time.Instant;
import java.time.LocalDateTime;

/** What the product service sends. */
public final class ProductEvents {

    private ProductEvents() {
    }

    /** product.viewed; no user: a visitor. */
    public record Viewed(
            String eventId, String eventType, LocalDateTime timestamp, Long productId, Long userId, String sessionId) {
    }

    /** product.changed. */
    public record Changed(String eventId, LocalDateTime timestamp, Long productId, String changeType) {
    }

    /** product-events: the kind is in `type`. */
    public record OnSharedTopic(
            String eventId, String type, Instant timestamp, Long productId, Long userId, String changeType) {
    }
}
