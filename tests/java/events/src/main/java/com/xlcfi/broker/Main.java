package com.xlcfi.broker;

import com.xlcfi.conversation.Conversation;
import java.io.IOException;
import java.util.Map;

/** Java services around the broker, with Spring's own Kafka classes. */
public final class Main {

    private Main() {
    }

    public static void main(String[] args) throws IOException {
        Conversation.hold(Map.of(
                "send", Sending::answer,
                "read-analyzed", ReadingAnalyzed::answer,
                "read-dead-letters", ReadingDeadLetters::answer,
                "recover", Recovering::answer));
    }
}
