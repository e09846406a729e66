/** What months do: simulated time, four nodes on one store, and everything that happens to a host in a year. */
package dev.holdfast.examples.e2e.months;
