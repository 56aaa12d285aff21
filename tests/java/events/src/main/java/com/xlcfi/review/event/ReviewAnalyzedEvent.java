package com.xlcfi.review.event;

import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.List;

/** review.analyzed, as the review service reads it. */
public record ReviewAnalyzedEvent(
        String eventId,
        String eventType,
        LocalDateTime timestamp,
        Long reviewId,
        Long productId,
        Sentiment sentiment,
        BigDecimal score,
        double confidence,
        List<String> keywords,
        List<Aspect> aspects,
        String modelVersion) {

    public enum Sentiment {
        POSITIVE, NEUTRAL, NEGATIVE
    }

    public record Aspect(String aspect, Sentiment sentiment, Double score) {
    }
}
