package fastvit4j.tests.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The design's table of which module may use which, read from the compiled classes. */
final class ArchitectureTest {
  private static final String KERNELS = "fastvit4j.kernels";
  private static final String EMULATOR = "fastvit4j.emulator";

  /** TornadoVM's own packages, in which the emulator declares what the project uses of them. */
  private static final String TORNADO = "uk.ac.manchester.tornado";

  /** Packages of ours by module, each with what of ours it may use besides itself. */
  private static final Map<String, Set<String>> MAY_USE =
      Map.of(
          "fastvit4j.model",
          Set.of(),
          EMULATOR,
          Set.of(),
          TORNADO,
          Set.of(EMULATOR),
          "fastvit4j.reparam",
          Set.of("fastvit4j.model"),
          KERNELS,
          Set.of(),
          "fastvit4j.runtime",
          Set.of("fastvit4j.model", KERNELS),
          "fastvit4j.tools",
          Set.of("fastvit4j.model", "fastvit4j.reparam", KERNELS, "fastvit4j.runtime"),
          "fastvit4j.benchmarks",
          Set.of(
              "fastvit4j.model",
              "fastvit4j.reparam",
              KERNELS,
              "fastvit4j.runtime",
              "fastvit4j.tools"));

  /** Packages of others, each with the packages of ours that may use it. */
  private static final Map<String, Set<String>> FOR_ONLY =
      Map.of(
          "org.ejml",
          Set.of("fastvit4j.reparam"),
          "picocli",
          Set.of("fastvit4j.tools", "fastvit4j.benchmarks"),
          "com.google.protobuf",
          Set.of("fastvit4j.tools.onnx"),
          "ai.onnxruntime",
          Set.of("fastvit4j.benchmarks"),
          "jdk.incubator",
          Set.of("fastvit4j.kernels.cpu"),
          TORNADO,
          Set.of("fastvit4j.kernels.tornado", "fastvit4j.runtime", EMULATOR, TORNADO));

  private static final Pattern MODEL_NAME =
      Pattern.compile("fastvit_|mobileone|poolformer|convnext|resnet|deit|imagenet");

  private static final Pattern TYPE_IN_DESCRIPTOR = Pattern.compile("L([\\w$/]+)[;<]");

  @Test
  void modulesUseWhatTheDesignLetsThemUse() throws IOException {
    forbidden(
        (own, used) -> {
          if (!used.startsWith("fastvit4j.")) {
            return false;
          }
          String module = module(own);
          return !within(used, module)
              && MAY_USE.get(module).stream().noneMatch(other -> within(used, other));
        });
  }

  @Test
  void librariesStayWhereTheyBelong() throws IOException {
    forbidden(
        (own, used) ->
            FOR_ONLY.entrySet().stream()
                .anyMatch(
                    library ->
                        within(used, library.getKey())
                            && library.getValue().stream().noneMatch(m -> within(own, m))));
  }

  /**
   * A device family takes graphs: how any model is built, read or preprocessed is not its business.
   * It may write files.
   */
  @Test
  void devicesSeeGraphsOnly() throws IOException {
    Set<String> visible =
        Set.of(
            "fastvit4j.model.graph",
            "fastvit4j.model.operator",
            "fastvit4j.model.tensor",
            "fastvit4j.model.io",
            // A session's input may be pictures' bytes, and what makes numbers of them.
            "fastvit4j.model.image.PixelBatch",
            "fastvit4j.model.image.Preprocessing");
    forbidden(
        (own, used) ->
            own.matches("fastvit4j\\.runtime\\.[a-z]+\\..*")
                && within(used, "fastvit4j.model")
                && !used.matches("fastvit4j\\.model\\.[A-Z]\\w*")
                && visible.stream().noneMatch(p -> used.equals(p) || within(used, p)));
  }

  @Test
  void noDeviceCodeKnowsAModelsName() throws IOException {
    List<String> found = new ArrayList<>();
    for (ClassModel model : ClassFiles.all()) {
      String own = name(model.thisClass());
      if (within(own, "fastvit4j.runtime") || within(own, KERNELS)) {
        for (PoolEntry entry : model.constantPool()) {
          if (entry instanceof StringEntry text && namesAModel(text.stringValue())) {
            found.add(own + ": " + text.stringValue());
          }
        }
      }
    }
    assertEquals(List.of(), found);
  }

  /** Environment variables begin with the program's name, which is not the model's. */
  private static boolean namesAModel(String text) {
    String named = text.replaceAll("\\bFASTVIT_[A-Z]+\\b", "").toLowerCase(Locale.ROOT);
    return MODEL_NAME.matcher(named).find();
  }

  /** Nothing is downloaded unless {@code fastvit fetch} is asked to. */
  @Test
  void onlyFetchReachesTheNetwork() throws IOException {
    String fetch = "fastvit4j.tools.fetch";
    Set<String> names = Set.of("java.net.URI", "java.net.URISyntaxException");
    // They ask where classes lie.
    Set<String> placed =
        Set.of("fastvit4j.tools.bundle.Installation", "fastvit4j.benchmarks.OnnxProcess");
    forbidden(
        (own, used) ->
            (within(used, "java.net") || within(used, "javax.net") || used.contains("Socket"))
                && !names.contains(used)
                && !within(own, fetch)
                && !(used.equals("java.net.URL") && placed.contains(own)));
    forbidden(
        (own, used) ->
            used.startsWith(fetch + ".Fetcher")
                && !within(own, fetch)
                && !own.startsWith("fastvit4j.tools.FetchCommand"));
  }

  /** A class file compiled with preview features loads on one JDK only. */
  @Test
  void noPreviewFeatures() throws IOException {
    List<String> preview =
        ClassFiles.all().stream()
            .filter(model -> model.minorVersion() != 0)
            .map(model -> name(model.thisClass()))
            .toList();
    assertEquals(List.of(), preview);
  }

  /** The tests above would pass on an empty class path. */
  @Test
  void everyModuleWasRead() throws IOException {
    Set<String> names = new TreeSet<>();
    for (ClassModel model : ClassFiles.all()) {
      names.add(name(model.thisClass()));
    }
    for (String module : List.of("fastvit4j.model", "fastvit4j.runtime")) {
      assertTrue(names.stream().anyMatch(n -> within(n, module)), "no class of " + module);
    }
  }

  private static String module(String own) {
    return MAY_USE.keySet().stream()
        .filter(module -> within(own, module))
        .findFirst()
        .orElseThrow(() -> new AssertionError(own + " is in no module that the design knows"));
  }

  private interface Rule {
    boolean forbids(String own, String used);
  }

  private static void forbidden(Rule rule) throws IOException {
    Set<String> found = new TreeSet<>();
    for (ClassModel model : ClassFiles.all()) {
      String own = name(model.thisClass());
      for (String used : uses(model)) {
        if (rule.forbids(own, used)) {
          found.add(own + " uses " + used);
        }
      }
    }
    assertEquals(Set.of(), found);
  }

  /** Every class that a class file names: directly, and in descriptors and signatures. */
  private static Set<String> uses(ClassModel model) {
    Set<String> uses = new TreeSet<>();
    for (PoolEntry entry : model.constantPool()) {
      if (entry instanceof ClassEntry type) {
        uses.add(name(type));
      } else if (entry instanceof Utf8Entry text) {
        Matcher types = TYPE_IN_DESCRIPTOR.matcher(text.stringValue());
        while (types.find()) {
          uses.add(types.group(1).replace('/', '.'));
        }
      }
    }
    return uses;
  }

  private static String name(ClassEntry type) {
    return type.asInternalName().replaceFirst("^\\[+L?", "").replace(";", "").replace('/', '.');
  }

  private static boolean within(String name, String packageName) {
    return name.startsWith(packageName + ".");
  }
}
