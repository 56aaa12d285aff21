package com.xlcfi.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import io.jsonwebtoken.io.Decoders;
import io.jsonwebtoken.security.Keys;
import java.util.HexFormat;

/** The key that jjwt sees in a configured text; fails where jjwt refuses the text, or the key for HS512. */
final class ConfiguredKey {

    private static final int HS512_BYTES = 64;

    private ConfiguredKey() {
    }

    static String answer(JsonNode request) {
        byte[] key = Decoders.BASE64.decode(request.get("secret").asText());
        if (!"HmacSHA512".equals(Keys.hmacShaKeyFor(key).getAlgorithm()) || key.length < HS512_BYTES) {
            throw new IllegalArgumentException("too short for HS512");
        }
        return HexFormat.of().formatHex(key);
    }
}
