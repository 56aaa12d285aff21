package com.xlcfi.payment.event;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Date;
import java.util.List;

/** What the payment service sends, as its several authors wrote it. */
public final class PaymentEvents {

    private PaymentEvents() {
    }

    public record Item(Long productId, Integer quantity, BigDecimal price) {
    }

    /** payment.completed: a LocalDateTime without annotation leaves as an array. */
    public record Completed(
            String eventId,
            String eventType,
            LocalDateTime timestamp,
            Long paymentId,
            Long orderId,
            Long userId,
            Long sellerId,
            BigDecimal amount,
            String currency,
            List<Item> items) {
    }

    /** payment.completed of a team that wanted text, nine digits of it. */
    public record CompletedAsText(
            String eventId,
            @JsonFormat(shape = JsonFormat.Shape.STRING, pattern = "yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSS")
            LocalDateTime timestamp,
            Long paymentId,
            Long orderId,
            Long userId,
            @JsonFormat(shape = JsonFormat.Shape.STRING) BigDecimal amount,
            String currency,
            List<Item> items) {
    }

    /** payment-events: no id, an Instant, money as double. */
    public record CompletedOnSharedTopic(
            String eventType,
            Instant timestamp,
            long orderId,
            long memberId,
            double totalAmount,
            List<Item> items) {
    }

    /** payment-events, older still: its kind in `type`, an old Date, fields without getters. */
    public static class PaymentMessage {

        public String type;
        public Date timestamp;
        public long orderId;
        public long buyerId;
        public BigDecimal total;
        public List<Item> items;
    }

    /** payment.refunded: a moment with its offset. Without an amount it is all of the order. */
    public record Refunded(
            String eventId,
            String eventType,
            @JsonFormat(shape = JsonFormat.Shape.STRING) OffsetDateTime timestamp,
            String refundId,
            Long paymentId,
            Long orderId,
            Long userId,
            BigDecimal amount,
            String currency,
            List<Item> items) {
    }

    /** payment.failed. */
    public record Failed(
            String eventId,
            LocalDateTime timestamp,
            Long paymentId,
            Long orderId,
            Long userId,
            BigDecimal amount,
            String currency,
            String reason) {
    }
}
