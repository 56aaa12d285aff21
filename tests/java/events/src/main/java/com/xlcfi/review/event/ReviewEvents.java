package com.xlcfi.review.event;

import java.time.LocalDateTime;

/** What the review service sends. */
public final class ReviewEvents {

    private ReviewEvents() {
    }

    /** review.created. */
    public record Created(
            String eventId,
            String eventType,
            LocalDateTime timestamp,
            Long reviewId,
            Long productId,
            Long userId,
            Integer rating,
            String content) {
    }
}
