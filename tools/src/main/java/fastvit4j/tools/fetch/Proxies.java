package fastvit4j.tools.fetch;

import fastvit4j.model.UserException;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which proxy a download goes through: Java's own properties ({@code https.proxyHost} and the like)
 * where they are set, else the environment's {@code https_proxy}, {@code http_proxy} and {@code
 * all_proxy}, but for the hosts of {@code no_proxy}. Names in lower case come before those in upper
 * case; {@code HTTP_PROXY} is not read, as curl does not: a CGI's caller could set it.
 */
final class Proxies extends ProxySelector {
  private static final List<Proxy> DIRECT = List.of(Proxy.NO_PROXY);

  private final Map<String, String> environment;
  private final Optional<ProxySelector> javas;

  /** Proxies by an environment, and by the selector that Java's properties make, if any do. */
  Proxies(Map<String, String> environment, Optional<ProxySelector> javas) {
    this.environment = environment;
    this.javas = javas;
  }

  /** The process's own. */
  static Proxies ofProcess() {
    boolean set =
        System.getProperty("https.proxyHost") != null
            || System.getProperty("http.proxyHost") != null
            || System.getProperty("socksProxyHost") != null
            || Boolean.getBoolean("java.net.useSystemProxies");
    return new Proxies(
        System.getenv(), set ? Optional.of(ProxySelector.getDefault()) : Optional.empty());
  }

  @Override
  public List<Proxy> select(URI url) {
    if (javas.isPresent()) {
      return javas.get().select(url);
    }
    return proxy(url)
        .map(
            proxy ->
                List.of(
                    new Proxy(
                        Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), port(proxy)))))
        .orElse(DIRECT);
  }

  /** Name and password of the proxies' addresses. */
  Optional<Authenticator> authenticator() {
    boolean any =
        List.of("http", "https").stream()
            .map(this::ofScheme)
            .anyMatch(proxy -> proxy.isPresent() && proxy.get().getRawUserInfo() != null);
    return javas.isPresent() || !any ? Optional.empty() : Optional.of(new Credentials());
  }

  private final class Credentials extends Authenticator {
    @Override
    protected PasswordAuthentication getPasswordAuthentication() {
      if (getRequestorType() != RequestorType.PROXY) {
        return null;
      }
      return List.of("http", "https").stream()
          .flatMap(scheme -> ofScheme(scheme).stream())
          .filter(proxy -> proxy.getRawUserInfo() != null)
          .filter(proxy -> proxy.getHost().equalsIgnoreCase(getRequestingHost()))
          .findFirst()
          .map(proxy -> password(proxy.getRawUserInfo()))
          .orElse(null);
    }
  }

  private static PasswordAuthentication password(String userInfo) {
    String[] parts = userInfo.split(":", 2);
    String password = parts.length == 2 ? decoded(parts[1]) : "";
    return new PasswordAuthentication(decoded(parts[0]), password.toCharArray());
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private Optional<URI> proxy(URI url) {
    return isExempt(url) ? Optional.empty() : ofScheme(url.getScheme().toLowerCase(Locale.ROOT));
  }

  private Optional<URI> ofScheme(String scheme) {
    String value = variable(scheme + "_proxy", !scheme.equals("http"));
    return parse(value.isEmpty() ? variable("all_proxy", true) : value);
  }

  private String variable(String name, boolean upperToo) {
    String lower = environment.getOrDefault(name, "").strip();
    return lower.isEmpty() && upperToo
        ? environment.getOrDefault(name.toUpperCase(Locale.ROOT), "").strip()
        : lower;
  }

  private static Optional<URI> parse(String value) {
    if (value.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI proxy = URI.create(value.contains("://") ? value : "http://" + value);
      if ("http".equalsIgnoreCase(proxy.getScheme()) && proxy.getHost() != null) {
        return Optional.of(proxy);
      }
    } catch (IllegalArgumentException e) {
      // Said below, without the address: it may hold a password.
    }
    throw new UserException(
        "the proxy that the environment names (https_proxy, http_proxy or all_proxy) is not of the"
            + " form http://HOST:PORT: correct or unset the variable");
  }

  private static int port(URI proxy) {
    return proxy.getPort() < 0 ? 80 : proxy.getPort();
  }

  /** Whether no_proxy holds the host, a domain that it is in, or a star; with its port or not. */
  private boolean isExempt(URI url) {
    String host = url.getHost().toLowerCase(Locale.ROOT);
    int port = url.getPort() >= 0 ? url.getPort() : url.getScheme().equals("http") ? 80 : 443;
    for (String entry : variable("no_proxy", true).split("[,\\s]+", -1)) {
      String rule = entry.toLowerCase(Locale.ROOT);
      int colon = rule.lastIndexOf(':');
      if (colon > rule.lastIndexOf(']') && rule.indexOf(':') == colon) {
        if (!rule.substring(colon + 1).equals(Integer.toString(port))) {
          continue;
        }
        rule = rule.substring(0, colon);
      }
      String domain = rule.startsWith("*.") ? rule.substring(2) : rule.replaceFirst("^\\.", "");
      if (!domain.isEmpty()
          && (rule.equals("*") || host.equals(domain) || host.endsWith("." + domain))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void connectFailed(URI url, SocketAddress address, IOException failure) {
    javas.ifPresent(selector -> selector.connectFailed(url, address, failure));
  }
}
