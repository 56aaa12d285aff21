package com.xlcfi.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import io.jsonwebtoken.JwtBuilder;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.SignatureAlgorithm;
import io.jsonwebtoken.security.Keys;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;

/** A token as the services of jjwt 0.11 make it: the configured text goes to signWith as it stands. */
final class Minting {

    private Minting() {
    }

    /** issued, expires: seconds from now; null leaves the claim out. encoding: base64, raw, or none (unsigned). */
    static String answer(JsonNode request) {
        JwtBuilder builder = Jwts.builder().setSubject(request.get("subject").asText());
        if (request.hasNonNull("role")) {
            builder.claim("role", request.get("role").asText());
        }
        if (request.hasNonNull("issued")) {
            builder.setIssuedAt(fromNow(request.get("issued")));
        }
        if (request.hasNonNull("expires")) {
            builder.setExpiration(fromNow(request.get("expires")));
        }
        SignatureAlgorithm algorithm = SignatureAlgorithm.forName(request.get("algorithm").asText());
        String secret = request.get("secret").asText();
        return switch (request.get("encoding").asText()) {
            case "none" -> builder.compact();
            case "raw" -> builder.signWith(Keys.hmacShaKeyFor(secret.getBytes(StandardCharsets.UTF_8)), algorithm)
                    .compact();
            default -> signedWithText(builder, algorithm, secret).compact();
        };
    }

    /** Deprecated since 0.10, and what is found in the field: the text is base64 of the key. */
    private static JwtBuilder signedWithText(JwtBuilder builder, SignatureAlgorithm algorithm, String secret) {
        return builder.signWith(algorithm, secret);
    }

    private static Date fromNow(JsonNode seconds) {
        return Date.from(Instant.now().plusSeconds(seconds.asLong()));
    }
}
