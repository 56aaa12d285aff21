package com.xlcfi.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import io.jsonwebtoken.JwtBuilder;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.io.Decoders;
import io.jsonwebtoken.security.Keys;
import io.jsonwebtoken.security.MacAlgorithm;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;

/** A token as the services of jjwt 0.12 make it: the configured text is decoded, the key says how long it is. */
final class Minting {

    private Minting() {
    }

    /** issued, expires: seconds from now; null leaves the claim out. encoding: base64, raw, or none (unsigned). */
    static String answer(JsonNode request) {
        JwtBuilder builder = Jwts.builder().subject(request.get("subject").asText());
        if (request.hasNonNull("role")) {
            builder.claim("role", request.get("role").asText());
        }
        if (request.hasNonNull("issued")) {
            builder.issuedAt(fromNow(request.get("issued")));
        }
        if (request.hasNonNull("expires")) {
            builder.expiration(fromNow(request.get("expires")));
        }
        String secret = request.get("secret").asText();
        MacAlgorithm algorithm = algorithmNamed(request.get("algorithm").asText());
        return switch (request.get("encoding").asText()) {
            case "none" -> builder.compact();
            case "raw" -> builder.signWith(Keys.hmacShaKeyFor(secret.getBytes(StandardCharsets.UTF_8)), algorithm)
                    .compact();
            default -> builder.signWith(Keys.hmacShaKeyFor(Decoders.BASE64.decode(secret)), algorithm).compact();
        };
    }

    private static MacAlgorithm algorithmNamed(String name) {
        return switch (name) {
            case "HS256" -> Jwts.SIG.HS256;
            case "HS384" -> Jwts.SIG.HS384;
            case "HS512" -> Jwts.SIG.HS512;
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static Date fromNow(JsonNode seconds) {
        return Date.from(Instant.now().plusSeconds(seconds.asLong()));
    }
}
