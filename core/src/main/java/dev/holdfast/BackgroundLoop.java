package dev.holdfast;

/** A loop that {@link Holdfast#start()} starts; each calls one public method, which a host may call itself instead. */
public enum BackgroundLoop {
    /** Calls {@link Holdfast#recover()}. */
    RECOVER,
    /** Calls {@link Updates#applyDue()}. */
    POLICY,
    /** Calls {@link DriftSweeper#sweep()}; only where there is a resolver. */
    SWEEP,
    /** Calls {@link Holdfast#collect()}. */
    COLLECT,
    /** Calls {@link dev.holdfast.inspection.Inspections#inspect()}. */
    INSPECT,
    /** Calls {@link dev.holdfast.audit.AuditTrail#seal()}. */
    SEAL,
    /** Calls {@link dev.holdfast.webhook.Webhooks#deliver(String)} for each webhook; only where there is one. */
    WEBHOOK
}
