package fastvit4j.tests.digits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import fastvit4j.model.Model;
import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.fastvit.Form;
import fastvit4j.reparam.Reparameterization;
import fastvit4j.runtime.Classifier;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Prediction;
import fastvit4j.tests.DevicesUnderTest;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A network that was really trained, on real pictures: the same answers as PyTorch's. */
public final class DigitsTest {
  private static final int BATCH = 24;

  @Test
  void thereAre360Pictures() {
    assertEquals(360, Digits.predictions().size());
  }

  @TestFactory
  Stream<DynamicTest> everyLogitAgrees() {
    return DevicesUnderTest.forNetworks().stream()
        .flatMap(
            device ->
                Stream.of(Form.TRAIN, Form.INFERENCE)
                    .map(
                        form ->
                            dynamicTest(
                                DevicesUnderTest.title(device) + ", " + form,
                                () -> check(device, form))));
  }

  private static void check(Device device, Form form) {
    double allowed = Digits.allowed(form);
    double worst = 0;
    try (Checkpoint checkpoint = Checkpoint.open(Digits.WEIGHTS);
        Classifier classifier = Classifier.open(model(checkpoint, form), device, BATCH, 0)) {
      List<Digits.Prediction> all = Digits.predictions();
      for (int from = 0; from < all.size(); from += BATCH) {
        List<Digits.Prediction> expected = all.subList(from, Math.min(from + BATCH, all.size()));
        List<Path> files = expected.stream().map(Digits.Prediction::picture).toList();
        List<List<Prediction>> actual = classifier.classify(files, 10);
        for (int i = 0; i < expected.size(); i++) {
          worst = Math.max(worst, compare(expected.get(i), actual.get(i), allowed));
        }
      }
    }
    System.out.printf(
        "digits, %s, %s: logits within %.3g, allowed %.3g%n",
        form, DevicesUnderTest.title(device), worst, allowed);
  }

  private static double compare(
      Digits.Prediction expected, List<Prediction> actual, double allowed) {
    String picture = expected.picture().toString();
    assertEquals(expected.top1(), actual.getFirst().index(), picture);
    assertEquals(expected.logits().size(), actual.size());
    double worst = 0;
    for (Prediction prediction : actual) {
      double logit = expected.logits().get(prediction.index());
      assertEquals(logit, prediction.logit(), allowed, picture);
      worst = Math.max(worst, Math.abs(logit - prediction.logit()));
    }
    return worst;
  }

  private static Model model(Checkpoint checkpoint, Form form) {
    Model model = checkpoint.model();
    return form == Form.TRAIN ? model : Reparameterization.full().apply(model);
  }
}
