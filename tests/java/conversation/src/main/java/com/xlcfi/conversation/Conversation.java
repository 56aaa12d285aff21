package com.xlcfi.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A line of JSON in, a line of JSON out, until the input ends: a JVM starts once for a whole test session.
 *
 * <p>In: {"verb": "mint", ...}. Out: {"answer": ...}, or {"error": "what the exception says"}.
 */
public final class Conversation {

    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    private Conversation() {
    }

    public static void hold(Map<String, Verb> verbs) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        // Whatever a library prints must not stand between two answers.
        System.setOut(System.err);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(MAPPER.writeValueAsString(answerTo(MAPPER.readTree(line), verbs)));
        }
    }

    private static Map<String, Object> answerTo(JsonNode request, Map<String, Verb> verbs) {
        Verb verb = verbs.get(request.path("verb").asText());
        if (verb == null) {
            return Map.of("error", "no such verb; there are " + verbs.keySet());
        }
        try {
            return Map.of("answer", verb.answer(request));
        } catch (Exception refused) {
            // The whole story for whoever reads the log; the test gets its name.
            refused.printStackTrace();
            return Map.of("error", String.valueOf(refused));
        }
    }
}
