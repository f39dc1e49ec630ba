package fastvit4j.kernels.cpu;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.FieldRefEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.junit.jupiter.api.Test;

/** That every lanewise operation of the vector kernels is used before they are compiled. */
class FirstUseTest {
  /** Methods of vectors that look for no operation's implementation, and the two that take one. */
  private static final Set<String> NO_LOOKUP =
      Set.of(
          "addIndex",
          "blend",
          "broadcast",
          "compare",
          "fromArray",
          "fromMemorySegment",
          "intoMemorySegment",
          "lanewise",
          "rearrange",
          "reduceLanes",
          "reinterpretAsFloats",
          "reinterpretAsInts",
          "selectFrom",
          "zero");

  /** Comparisons are told apart by number, not looked for. */
  private static final Set<String> COMPARISONS = Set.of("LT", "GT");

  @Test
  void coversEveryOperation() throws Exception {
    Set<String> used = new TreeSet<>();
    Path classes = classes();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(classes, "*.class")) {
      for (Path file : files) {
        used.addAll(operations(file));
      }
    }
    Set<String> first = operations(classes.resolve("FirstUse.class"));

    assertTrue(
        used.containsAll(Set.of("FloatVector.fma", "IntVector.and", "LSHL")), used::toString);
    assertEquals(used, first, "operations used, and used first");
  }

  private static Path classes() throws Exception {
    var source = CpuKernelsProvider.class.getProtectionDomain().getCodeSource().getLocation();
    return Path.of(source.toURI()).resolve(VectorWidth.PACKAGE.replace('.', '/'));
  }

  private static Set<String> operations(Path file) throws IOException {
    Iterable<PoolEntry> pool = ClassFile.of().parse(Files.readAllBytes(file)).constantPool();
    return StreamSupport.stream(pool.spliterator(), false)
        .filter(MemberRefEntry.class::isInstance)
        .map(MemberRefEntry.class::cast)
        .flatMap(FirstUseTest::operation)
        .collect(toCollection(TreeSet::new));
  }

  private static Stream<String> operation(MemberRefEntry member) {
    String owner = member.owner().asInternalName();
    String name = member.name().stringValue();
    String vectors = FloatVector.class.getPackageName().replace('.', '/') + "/";
    if (member instanceof FieldRefEntry) {
      boolean operator = owner.equals(vectors + VectorOperators.class.getSimpleName());
      return operator && !COMPARISONS.contains(name) ? Stream.of(name) : Stream.empty();
    }
    boolean vector = owner.startsWith(vectors) && owner.endsWith("Vector");
    return member instanceof MethodRefEntry && vector && !NO_LOOKUP.contains(name)
        ? Stream.of(owner.substring(vectors.length()) + "." + name)
        : Stream.empty();
  }
}
