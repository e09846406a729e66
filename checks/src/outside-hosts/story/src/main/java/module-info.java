/** A host on the module path. */
module outside.story {
    requires dev.holdfast;
    requires dev.holdfast.resolver.jgit;
    requires dev.holdfast.delivery.docker;
    requires dev.holdfast.store.jdbc;
    requires com.github.dockerjava.api;

    // What they need and, as automatic modules, cannot require themselves.
    requires com.fasterxml.jackson.databind;
    requires com.google.common;
    requires com.zaxxer.hikari;
    requires java.net.http;
    requires org.apache.commons.compress;
    requires org.apache.commons.lang3;

    exports outside.story;
}
