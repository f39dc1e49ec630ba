package fastvit4j.kernels.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.FieldInstruction;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.KernelContext;

/**
 * TornadoVM's PTX back end reads a work-item's place in a group, the group's place in the grid and
 * the group's size once for each direction, where it first needs them; in an {@code if}, later uses
 * find a register that was never written. So at most one expression of a kernel may need each.
 */
class KernelIndicesTest {
  private static final String CONTEXT = KernelContext.class.getName().replace('.', '/');

  /** What a field of a {@link KernelContext} is computed from, but for the direction. */
  private static final Map<String, List<String>> PARTS =
      Map.of(
          "globalId", List.of("place", "group", "size"),
          "localId", List.of("place"),
          "groupId", List.of("group"),
          "globalGroupSize", List.of("size", "groups"),
          "localGroupSize", List.of("size"));

  @Test
  void eachPartOfAnIndexIsReadOnce() throws IOException, URISyntaxException {
    Path folder =
        Path.of(Depthwise.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .resolve(Depthwise.class.getPackageName().replace('.', '/'));
    List<String> twice = new ArrayList<>();
    int kernels = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(name -> name.toString().endsWith(".class")).toList()) {
        ClassModel type = ClassFile.of().parse(file);
        for (MethodModel method : type.methods()) {
          Map<String, List<String>> readers = readers(method);
          kernels += readers.isEmpty() ? 0 : 1;
          readers.forEach(
              (part, fields) -> {
                if (fields.size() > 1) {
                  String name = type.thisClass().asInternalName() + "." + method.methodName();
                  twice.add(name + ": " + part + " is read by " + fields);
                }
              });
        }
      }
    }
    assertTrue(kernels >= 10, () -> "few kernels in " + folder);
    assertEquals(List.of(), twice);
  }

  /** The fields that a method reads, by part and direction. */
  private static Map<String, List<String>> readers(MethodModel method) {
    Map<String, List<String>> readers = new TreeMap<>();
    method
        .code()
        .ifPresent(
            code ->
                code.forEach(
                    element -> {
                      if (element instanceof FieldInstruction read
                          && read.opcode() == Opcode.GETFIELD
                          && read.owner().asInternalName().equals(CONTEXT)) {
                        add(read.name().stringValue(), readers);
                      }
                    }));
    return readers;
  }

  private static void add(String field, Map<String, List<String>> readers) {
    String direction = field.substring(field.length() - 1);
    List<String> parts = PARTS.get(field.substring(0, field.length() - 1));
    for (String part : parts) {
      readers
          .computeIfAbsent(part + " " + direction.toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
          .add(field);
    }
  }
}
