package fastvit4j.emulator;

import java.util.ArrayList;
import java.util.List;

/** Where in the kernels' sources barriers, and what warps do, are called, by number. */
final class CallSites {
  private static final List<String> SITES = new ArrayList<>(List.of(""));

  private CallSites() {}

  static synchronized int add(String file, int line) {
    SITES.add(" at " + file + ":" + line);
    return SITES.size() - 1;
  }

  static synchronized String describe(int site) {
    return SITES.get(site);
  }
}
