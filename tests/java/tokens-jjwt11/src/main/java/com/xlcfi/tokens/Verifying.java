package com.xlcfi.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import io.jsonwebtoken.Claims;
import io.jsonwebtoken.Jws;
import io.jsonwebtoken.Jwts;
import java.util.Map;

/** How a service of jjwt 0.11 reads the token that we show it. */
final class Verifying {

    private Verifying() {
    }

    static Map<String, Object> answer(JsonNode request) {
        Jws<Claims> found = Jwts.parserBuilder()
                .setSigningKey(request.get("secret").asText())
                .build()
                .parseClaimsJws(request.get("token").asText());
        Claims claims = found.getBody();
        return Map.of(
                "algorithm", found.getHeader().getAlgorithm(),
                "subject", claims.getSubject(),
                "role", claims.get("role", String.class),
                "issued", claims.getIssuedAt().toInstant().getEpochSecond(),
                "expires", claims.getExpiration().toInstant().getEpochSecond());
    }
}
