package fastvit4j.tools.bench;

import fastvit4j.runtime.Device;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the results depend on besides the program: the machine, its drivers and the JVM. */
public final class Environment {
  private static final String TORNADO_MODULE = "tornado.api";
  private static final Pattern TORNADO_JAR =
      Pattern.compile("tornado-api-([0-9][^/]*?)(?:-jdk[0-9]+)?\\.jar");
  private static final List<String> TELLING_FLAGS =
      List.of("-X", "-Dtornado.", "-Djdk.incubator.vector", "--add-modules");

  /** Facts that tell whether a benchmark can be gone on with here. */
  private static final List<String> IDENTITY =
      List.of("os", "architecture", "cores", "java", "tornadovm", "flags", "devices");

  private Environment() {}

  /** The environment of a benchmark on these devices. */
  public static SequencedMap<String, Object> of(Collection<Device> devices) {
    SequencedMap<String, Object> facts = new LinkedHashMap<>();
    facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put("architecture", System.getProperty("os.arch"));
    facts.put("cores", (long) Runtime.getRuntime().availableProcessors());
    facts.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    facts.put("tornadovm", tornadoVersion());
    facts.put("flags", flags());
    Map<String, Object> described = new LinkedHashMap<>();
    for (Device device : devices) {
      Map<String, Object> properties = new LinkedHashMap<>();
      properties.put("description", device.description());
      device.properties().forEach((name, value) -> properties.put(name, plain(value)));
      described.put(device.name(), properties);
    }
    facts.put("devices", described);
    return facts;
  }

  /** The facts that keep results of one environment from being mixed with another's. */
  static List<String> differences(Map<String, Object> one, Map<String, Object> other) {
    return IDENTITY.stream()
        .filter(fact -> !String.valueOf(one.get(fact)).equals(String.valueOf(other.get(fact))))
        .toList();
  }

  /** As it comes back from a file: whole numbers are longs. */
  private static Object plain(Object value) {
    return switch (value) {
      case Integer whole -> whole.longValue();
      case Short whole -> whole.longValue();
      case Number number -> number;
      case Boolean truth -> truth;
      case null -> null;
      default -> value.toString();
    };
  }

  private static List<String> flags() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> TELLING_FLAGS.stream().anyMatch(flag::startsWith))
        .filter(flag -> !flag.startsWith("-Xlog"))
        .toList();
  }

  /** The version of TornadoVM that is in use, by the name of its jar; null where there is none. */
  private static String tornadoVersion() {
    return ModuleLayer.boot()
        .configuration()
        .findModule(TORNADO_MODULE)
        .flatMap(module -> module.reference().location())
        .map(Environment::version)
        .orElse(null);
  }

  private static String version(URI jar) {
    Matcher matcher = TORNADO_JAR.matcher(String.valueOf(jar));
    return matcher.find() ? matcher.group(1) : "unknown";
  }
}
