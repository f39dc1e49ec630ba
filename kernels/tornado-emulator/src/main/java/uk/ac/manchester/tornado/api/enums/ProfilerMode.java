package uk.ac.manchester.tornado.api.enums;

/** What becomes of a plan's measured times. */
public enum ProfilerMode {
  /** Printed after every execution, and kept for the result's getters. */
  CONSOLE,
  /** Kept for the result's getters. */
  SILENT
}
