package uk.ac.manchester.tornado.api.common;

/** What a task does with an argument. */
public enum Access {
  /** Nothing, or the argument is a number. */
  NONE,
  /** It reads. */
  READ_ONLY,
  /** It writes. */
  WRITE_ONLY,
  /** It reads and writes. */
  READ_WRITE
}
