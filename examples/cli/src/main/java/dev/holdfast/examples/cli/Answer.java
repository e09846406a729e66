package dev.holdfast.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** What a command found or did, for people and for machines. */
interface Answer {

    /** Returns what the process ends with. */
    default ExitCode exit() {
        return ExitCode.OK;
    }

    /** Returns it for machines. */
    JsonNode json();

    /** Prints it for people. */
    void print(Paper paper);
}
