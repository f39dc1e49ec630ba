package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class PlainClassifyTest {
  private final PrintStream nowhere =
      new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
  private final Terminal terminal = Terminal.of(nowhere, nowhere);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "classify a.png",
        "classify a.png b.png --weights w.safetensors",
        "classify --weights=w.safetensors --device=cpu a.png",
        "classify a.png --device tornado:opencl:0 --weights w=1.pt classify",
        "classify --device cpu help"
      })
  void readsWhatPicocliReads(String line) throws ReflectiveOperationException {
    String[] args = line.split(" ");
    CommandLine parser = FastViTCommand.commandLine(terminal, new Failures(nowhere, args), args);
    Object expected = parser.parseArgs(args).subcommand().commandSpec().userObject();
    ClassifyCommand plain = PlainClassify.of(terminal, args).orElseThrow();
    SortedMap<String, Object> fields = fields(plain);
    assertEquals(fields(expected), fields);
    assertTrue(fields.size() > 15, fields.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "eval a.png",
        "classify",
        "classify --weights w.safetensors",
        "classify --weights",
        "classify a.png --weights",
        "classify --weights= a.png",
        "classify --weights --device a.png",
        "classify --weights w --weights v a.png",
        "classify --device cpu a.png --device=cpu",
        "classify a.png --top 3",
        "classify a.png --json",
        "classify a.png --help",
        "classify -h",
        "classify a.png --stacktrace",
        "classify --device-name cpu a.png",
        "classify -- a.png",
        "classify - a.png",
        "classify  a.png",
        "--version"
      })
  void leavesAllElseToPicocli(String line) {
    assertTrue(PlainClassify.of(terminal, line.split(" ")).isEmpty());
  }

  @Test
  void leavesPathsThatCannotBeToPicocli() {
    assertTrue(PlainClassify.of(terminal, "classify", "a\0.png").isEmpty());
  }

  /** All that a command was filled with, its groups of options included. */
  private static SortedMap<String, Object> fields(Object object)
      throws ReflectiveOperationException {
    SortedMap<String, Object> all = new TreeMap<>();
    for (Class<?> type = object.getClass(); type != Object.class; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers())) {
          continue;
        }
        field.setAccessible(true);
        Object value = field.get(object);
        boolean options = value != null && value.getClass().getName().endsWith("Options");
        boolean option = value != null && value.getClass().getName().endsWith("Option");
        if (options || option) {
          fields(value).forEach((name, inner) -> all.put(field.getName() + "." + name, inner));
        } else {
          all.put(field.getName(), value);
        }
      }
    }
    return all;
  }
}
