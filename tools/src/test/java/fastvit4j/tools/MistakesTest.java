package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every mistake is one line on standard error that names the thing, and status 2. */
class MistakesTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "clasify x.png | unknown command clasify: did you mean classify?",
        "frobnicate | unknown command frobnicate: there are devices, models, classify",
        "models --siez 3 | unknown option --siez: did you mean --size?",
        "models --frobnicate | unknown option --frobnicate (see fastvit models --help)",
        "models extra | unexpected argument extra (see fastvit models --help)",
        "models --size 0 | '0' is no size: give N or HxW",
        "models --size 256x | '256x' is no size",
        "models --size 99999 | is over 2147483647 elements",
        "models --size 224 --size 256 | --size",
        "classify | missing required parameter: 'IMAGE'",
        "classify --top 0 x.png | '0' is no whole number of at least 1",
        "classify --top many x.png | 'many' is no whole number of at least 1",
        "classify --threads -1 x.png | '-1' is no whole number of at least 0",
        "classify --variant sa13 x.png | no model sa13: did you mean sa12?",
        "classify --variant sa12 --cache none x.png | --variant sa12 needs a checkpoint",
        "classify --device cpv digit.png | no device cpv",
        "classify --weights missing.safetensors x.png | missing.safetensors",
        "eval missing | missing does not exist",
        "run --weights w --input x | missing required option: '--output=Y.safetensors'",
        "run --weights w --input x --output y --form trian | 'trian' is neither train nor"
            + " inference",
        "synth --variant t9 --output y | no model t9: did you mean t8?",
        "synth --variant t8 --output y --input x | give --input-shape NxCxHxW too",
        "synth --variant t8 --output y --input-shape 1x3x64x64 | give --input FILE too",
        "synth --variant t8 --output y --input-shape 1x4x64x64 | with 3 channels",
        "synth --variant t8 --output y --input-shape 1x3x64 | '1x3x64' is no input",
        "synth --variant t8 --output y --seed x | --seed",
        "bundle | missing required option: '--output=FILE.tar.gz'",
        "bundle -o x.zip | x.zip is no name for the archive: give one that ends in .tar.gz",
        "bundle -o .tar.gz | is no name for the archive",
        "bundle -o x.tar.gz --sdk missing | missing is not a folder",
        "bundle -o x.tar.gz --sdk src | src is no TornadoVM SDK",
        "bundle -o x.tar.gz | run ./fastvit of a source tree or bin/fastvit of a distribution",
        "reparam in.safetensors | missing required option: '--output=OUT'",
        "reparam in -o out --form full | 'full' is neither published nor inference",
        "reparam in -o out --report r.pdf | r.pdf must end in .html or .json",
        "export --variant t8 | missing required option: '--onnx=OUT.onnx'",
        "export --onnx x.onnx --variant t9 | no model t9: did you mean t8?",
        "export --onnx x.onnx --outputs stages | 'stages' is neither logits nor all",
        "export --onnx x.onnx --form published | 'published' is neither train nor inference",
        "export --onnx x.onnx --weights missing.safetensors | missing.safetensors",
        "export --onnx missing/x.onnx | there is no directory",
        "inspect missing.safetensors | missing.safetensors",
        "profile --runs 0 | '0' is no whole number of at least 1",
        "help frobnicate | frobnicate",
      })
  void isOneLine(String arguments, String expected) {
    Run run = Run.of(arguments.split(" "));
    assertEquals(2, run.status(), run.err());
    assertEquals("", run.out());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().startsWith("fastvit: "), run.err());
    assertTrue(run.err().contains(expected), run.err());
  }

  @Test
  void hasItsStackTraceBehindAnOption() {
    Run run = Run.of("inspect", "missing.safetensors", "--stacktrace");
    assertEquals(2, run.status());
    assertTrue(run.err().lines().count() > 1);
    assertTrue(run.err().contains("\tat fastvit4j."), run.err());
  }

  @Test
  void leavesNothingBehindWhereOutputCannotBeWritten() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "something");
    Run run = Run.of("synth", "--variant", "t8", "--output", file.resolve("y").toString());
    assertEquals(2, run.status());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains(file.toString()), run.err());
    assertEquals("something", Files.readString(file));
    try (var entries = Files.list(directory)) {
      assertEquals(1, entries.count());
    }
  }

  @Test
  void namesAFileThatIsNoCheckpoint() throws IOException {
    Path file = Files.writeString(directory.resolve("x.safetensors"), "this is no checkpoint");
    Run run = Run.of("inspect", file.toString());
    assertEquals(2, run.status());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains(file.toString()), run.err());
  }
}
