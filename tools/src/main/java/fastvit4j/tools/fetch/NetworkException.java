package fastvit4j.tools.fetch;

/**
 * A download that the network or the server failed, after all retries. The message is one line that
 * names the address and the way out; the command exits with status 1.
 */
public final class NetworkException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NetworkException(String message, Throwable cause) {
    super(message, cause);
  }
}
