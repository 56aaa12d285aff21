package com.xlcfi.delivery.event;

import java.time.LocalDateTime;
import java.util.Date;

/** What the delivery service sends. */
public final class DeliveryEvents {

    private DeliveryEvents() {
    }

    /** delivery.started and delivery.completed. */
    public record Changed(
            String eventId, String eventType, LocalDateTime timestamp, Long orderId, Long deliveryId, String status) {
    }

    /** delivery-events. */
    public record OnSharedTopic(
            String eventId, String eventType, Date timestamp, Long orderId, Long deliveryId, String status) {
    }
}
