package fastvit4j.tools.fetch;

import java.net.URI;
import java.util.Locale;

/** Which addresses a download may go to. */
final class Destination {
  private Destination() {}

  /** HTTPS anywhere, plain HTTP on this machine only. */
  static boolean isAllowed(URI url) {
    return switch (scheme(url)) {
      case "https" -> url.getHost() != null;
      case "http" -> isThisMachine(url);
      default -> false;
    };
  }

  /** Whether one may send to the other: HTTPS to HTTPS, or HTTP within this machine. */
  static boolean mayRedirect(URI from, URI to) {
    return scheme(from).equals(scheme(to)) && isAllowed(to) && to.getUserInfo() == null;
  }

  private static String scheme(URI url) {
    return url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
  }

  private static boolean isThisMachine(URI url) {
    String host = url.getHost();
    return host != null
        && (host.equalsIgnoreCase("localhost") || host.equals("127.0.0.1") || host.equals("[::1]"));
  }
}
