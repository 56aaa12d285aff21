package com.xlcfi.tokens;

import com.xlcfi.conversation.Conversation;
import java.io.IOException;
import java.util.Map;

/** The internal token with jjwt 0.11. */
public final class Main {

    private Main() {
    }

    public static void main(String[] args) throws IOException {
        Conversation.hold(Map.of("mint", Minting::answer, "verify", Verifying::answer, "key", ConfiguredKey::answer));
    }
}
