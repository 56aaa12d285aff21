package com.xlcfi.conversation;

import com.fasterxml.jackson.databind.JsonNode;

/** Something that pytest can have done here. */
@FunctionalInterface
public interface Verb {

    /** The answer to the request's arguments, as something that Jackson can write. */
    Object answer(JsonNode request) throws Exception;
}
