package uk.ac.manchester.tornado.api.exceptions;

/** A plan that could not be closed. */
public class TornadoExecutionPlanException extends Exception {
  /** An exception with this message. */
  public TornadoExecutionPlanException(String message) {
    super(message);
  }
}
