package fastvit4j.tools.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.UserException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxiesTest {
  private static String proxy(Map<String, String> environment, String url) {
    Proxy proxy = new Proxies(environment, Optional.empty()).select(URI.create(url)).getFirst();
    return proxy.type() == Proxy.Type.DIRECT ? "direct" : address(proxy);
  }

  private static String address(Proxy proxy) {
    InetSocketAddress address = (InetSocketAddress) proxy.address();
    return address.getHostString() + ":" + address.getPort();
  }

  @ParameterizedTest
  @CsvSource({
    "https_proxy=http://127.0.0.1:3128, https://models.example/x, 127.0.0.1:3128",
    "HTTPS_PROXY=http://127.0.0.1:3128/, https://models.example/x, 127.0.0.1:3128",
    "https_proxy=127.0.0.1:3128, https://models.example/x, 127.0.0.1:3128",
    "https_proxy=http://me:pw@127.0.0.1, https://models.example/x, 127.0.0.1:80",
    "all_proxy=http://127.0.0.1:1, https://models.example/x, 127.0.0.1:1",
    "https_proxy=http://127.0.0.1:1 all_proxy=http://127.0.0.1:2, http://localhost/x, 127.0.0.1:2",
    "HTTP_PROXY=http://127.0.0.1:1, http://localhost/x, direct",
    "http_proxy=http://127.0.0.1:1, https://models.example/x, direct",
    "no_proxy=*, https://models.example/x, direct",
  })
  void areTheEnvironments(String variables, String url, String expected) {
    assertEquals(expected, proxy(environment(variables), url));
  }

  @ParameterizedTest
  @CsvSource({
    "models.example, direct",
    ".example, direct",
    "example, direct",
    "*.example, direct",
    "MODELS.EXAMPLE, direct",
    "*, direct",
    "models.example:443, direct",
    "models.example:80, 127.0.0.1:1",
    "other.example, 127.0.0.1:1",
    "dels.example, 127.0.0.1:1",
    "'', 127.0.0.1:1",
  })
  void areNotForSomeHosts(String rule, String expected) {
    Map<String, String> environment =
        Map.of("https_proxy", "http://127.0.0.1:1", "no_proxy", "x.invalid, " + rule);
    assertEquals(expected, proxy(environment, "https://models.example/x"));
  }

  @Test
  void areJavasWhereTheyAreSet() {
    ProxySelector javas = ProxySelector.of(InetSocketAddress.createUnresolved("javas", 8080));
    Proxies proxies = new Proxies(Map.of("https_proxy", "http://127.0.0.1:1"), Optional.of(javas));
    Proxy proxy = proxies.select(URI.create("https://models.example/x")).getFirst();
    assertEquals("javas:8080", address(proxy));
  }

  @Test
  void wantTheirPassword() {
    assertTrue(
        new Proxies(environment("https_proxy=http://me:p%40w@h:1"), Optional.empty())
            .authenticator()
            .isPresent());
    assertTrue(new Proxies(Map.of(), Optional.empty()).authenticator().isEmpty());
  }

  @Test
  void areRefusedWithoutTheirPassword() {
    Map<String, String> environment = Map.of("https_proxy", "socks5://me:secret@h:1");
    String message =
        assertThrows(UserException.class, () -> proxy(environment, "https://models.example/"))
            .getMessage();
    assertFalse(message.contains("secret"), message);
    assertTrue(message.contains("http://HOST:PORT"), message);
  }

  private static Map<String, String> environment(String variables) {
    Map<String, String> environment = new HashMap<>();
    for (String variable : variables.split(" ", -1)) {
      String[] parts = variable.split("=", 2);
      environment.put(parts[0], parts[1]);
    }
    return environment;
  }
}
