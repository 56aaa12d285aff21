package com.xlcfi.order.event;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.List;

/** What the order service sends. */
public final class OrderEvents {

    private OrderEvents() {
    }

    /** order.created. */
    public record Created(
            String eventId,
            String eventType,
            LocalDateTime timestamp,
            Long orderId,
            Long userId,
            Long sellerId,
            BigDecimal total,
            String currency,
            Status status,
            List<Item> items) {
    }

    public enum Status {
        PENDING, CONFIRMED
    }

    public record Item(Long productId, Integer quantity, BigDecimal price) {
    }

    /** order.completed, the oldest of all: a mutable bean that knows neither its kind nor an id of its own. */
    public static class Completed {

        private Long orderId;
        private Long userId;
        private BigDecimal total;
        private LocalDateTime timestamp;

        public Long getOrderId() {
            return orderId;
        }

        public void setOrderId(Long orderId) {
            this.orderId = orderId;
        }

        public Long getUserId() {
            return userId;
        }

        public void setUserId(Long userId) {
            this.userId = userId;
        }

        public BigDecimal getTotal() {
            return total;
        }

        public void setTotal(BigDecimal total) {
            this.total = total;
        }

        public LocalDateTime getTimestamp() {
            return timestamp;
        }

        public void setTimestamp(LocalDateTime timestamp) {
            this.timestamp = timestamp;
        }
    }

    /** order.cancelled: a ZonedDateTime leaves as epoch seconds with nine digits. */
    public record Cancelled(
            String eventId,
            ZonedDateTime timestamp,
            Long orderId,
            Long userId,
            BigDecimal total,
            String reason) {
    }

    /** order-events: one class for all kinds, its lines under another name. */
    public record OnSharedTopic(
            String eventId,
            Kind eventType,
            @JsonFormat(pattern = "yyyy-MM-dd'T'HH:mm:ss") LocalDateTime timestamp,
            Long orderId,
            Long memberId,
            BigDecimal totalAmount,
            List<OrderItem> orderItems) {
    }

    public enum Kind {
        ORDER_CREATED, ORDER_COMPLETED, ORDER_CANCELLED
    }

    public record OrderItem(Long productId, Integer quantity, BigDecimal unitPrice) {
    }
}
