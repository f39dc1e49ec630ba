package fastvit4j.tools;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.checkpoint.Naming;
import fastvit4j.model.checkpoint.TensorFile;
import fastvit4j.model.fastvit.Form;
import fastvit4j.model.tensor.DType;
import fastvit4j.model.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Conversions of the bundled model, in train form and timm's names. */
class ConvertCommandTest {
  @TempDir private Path directory;

  @BeforeEach
  void copyTheBundledModel() throws IOException {
    try (InputStream in =
        ConvertCommandTest.class.getResourceAsStream("digits/fastvit_digits.safetensors")) {
      Files.copy(in, directory.resolve("in.safetensors"));
    }
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  private Run convert(String in, String out, String... options) {
    String[] arguments = new String[4 + options.length];
    arguments[0] = "convert";
    arguments[1] = file(in);
    arguments[2] = "-o";
    arguments[3] = file(out);
    System.arraycopy(options, 0, arguments, 4, options.length);
    Run run = Run.of(arguments);
    assertEquals(0, run.status(), run.err());
    return run;
  }

  @Test
  void changesNothingUnlessAsked() {
    convert("in.safetensors", "out.safetensors");
    assertSameTensors("in.safetensors", "out.safetensors");
    try (Checkpoint in = Checkpoint.open(directory.resolve("in.safetensors"));
        Checkpoint out = Checkpoint.open(directory.resolve("out.safetensors"))) {
      assertEquals(in.info(), out.info());
    }
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void goesToTheOriginalNamesAndBack(Form form) {
    convert("in.safetensors", "form.safetensors", "--form", form.name());
    convert("form.safetensors", "there.safetensors", "--naming", "original");
    convert("there.safetensors", "back.safetensors", "--naming", "timm");
    try (Checkpoint there = Checkpoint.open(directory.resolve("there.safetensors"))) {
      assertEquals(Naming.ORIGINAL, there.naming());
      assertEquals(form, there.form());
    }
    assertSameTensors("form.safetensors", "back.safetensors");
  }

  @Test
  void foldsAsReparamDoes() {
    convert("in.safetensors", "folded.safetensors", "--form", "inference");
    assertEquals(
        0, Run.of("reparam", file("in.safetensors"), "-o", file("r.safetensors")).status());
    assertSameTensors("r.safetensors", "folded.safetensors");
    convert("in.safetensors", "published.safetensors", "--form", "published");
    convert("published.safetensors", "twice.safetensors", "--form", "inference");
    try (Checkpoint twice = Checkpoint.open(directory.resolve("twice.safetensors"))) {
      assertEquals(Form.INFERENCE, twice.form());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16"})
  void roundsToNarrowerTypes(DType dtype) {
    Run run = convert("in.safetensors", "out.safetensors", "--dtype", dtype.name(), "--json");
    assertEquals(dtype.name(), run.json().get("dtype"));
    assertEquals("train", run.json().get("form"));
    assertEquals("timm", run.json().get("naming"));
    // Half the distance of neighbours, relative to the value; below it, of the subnormal numbers.
    double relative = dtype == DType.F16 ? 0x1p-11 : 0x1p-8;
    double absolute = dtype == DType.F16 ? 0x1p-25 : 0;
    try (TensorFile in = TensorFile.open(directory.resolve("in.safetensors"));
        TensorFile out = TensorFile.open(directory.resolve("out.safetensors"))) {
      assertEquals(in.tensors().keySet(), out.tensors().keySet());
      for (Tensor expected : in.tensors().values()) {
        Tensor tensor = out.tensors().get(expected.name());
        if (!expected.dtype().isFloat()) {
          assertEquals(expected.dtype(), tensor.dtype());
          continue;
        }
        assertEquals(dtype, tensor.dtype());
        for (long i = 0; i < expected.elements(); i++) {
          double value = expected.getDouble(i);
          assertEquals(value, tensor.getDouble(i), Math.max(absolute, relative * Math.abs(value)));
        }
      }
    }
  }

  /** Every number of a narrow type is one of F32. */
  @ParameterizedTest
  @CsvSource({"F16, train", "BF16, train", "F16, inference", "BF16, inference"})
  void goesToF32AndBack(String narrow, String form) {
    convert("in.safetensors", "narrow.safetensors", "--dtype", narrow, "--form", form);
    convert("narrow.safetensors", "wide.safetensors", "--dtype", "F32", "--naming", "original");
    convert("wide.safetensors", "back.safetensors", "--dtype", narrow, "--naming", "timm");
    assertSameTensors("narrow.safetensors", "back.safetensors");
  }

  @ParameterizedTest
  @CsvSource({
    "inference, train, inference form",
    "inference, published, inference form",
    "published, train, published form"
  })
  void thereIsNoWayBackFromAFoldedForm(String from, String to, String message) {
    convert("in.safetensors", "folded.safetensors", "--form", from);
    Run run =
        Run.of("convert", file("folded.safetensors"), "-o", file("out.safetensors"), "--form", to);
    assertRefused(run, message + ", from which there is no way back");
  }

  @Test
  void refusesWhatItCannotWrite() {
    String in = file("in.safetensors");
    for (String name : new String[] {"out.pth", "out.PTH.tar", "out.onnx"}) {
      assertRefused(Run.of("convert", in, "-o", file(name)), "convert writes safetensors files");
    }
    assertRefused(Run.of("convert", file("none.pth"), "-o", file("out.safetensors")), "no such");
    assertRefused(
        Run.of("convert", in, "-o", file("out.safetensors"), "--naming", "mine"),
        "'mine' is none of timm, original");
    assertRefused(
        Run.of("convert", in, "-o", file("out.safetensors"), "--dtype", "I32"),
        "'I32' is none of f32, f16, bf16");
    assertTrue(convert("in.safetensors", "out.safetensors").out().contains("unchanged"));
  }

  private void assertRefused(Run run, String message) {
    assertEquals(2, run.status());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains(message), run.err());
    assertFalse(Files.exists(directory.resolve("out.safetensors")));
  }

  private void assertSameTensors(String expected, String actual) {
    try (TensorFile a = TensorFile.open(directory.resolve(expected));
        TensorFile b = TensorFile.open(directory.resolve(actual))) {
      assertEquals(a.tensors().keySet(), b.tensors().keySet());
      for (Tensor tensor : a.tensors().values()) {
        Tensor other = b.tensors().get(tensor.name());
        assertEquals(tensor.toString(), other.toString());
        assertArrayEquals(
            tensor.data().toArray(ValueLayout.JAVA_BYTE),
            other.data().toArray(ValueLayout.JAVA_BYTE),
            tensor.name());
      }
    }
  }
}
