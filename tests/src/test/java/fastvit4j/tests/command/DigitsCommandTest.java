package fastvit4j.tests.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.model.fastvit.Form;
import fastvit4j.tests.digits.Digits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The digits through the command: the bundled model's answers are PyTorch's. */
final class DigitsCommandTest {
  private static final int CLASSES = 10;

  @Test
  void classifyGivesPyTorchsLogits() {
    List<Digits.Prediction> expected = Digits.predictions();
    List<String> args = new ArrayList<>(List.of("classify", "--json", "--device", "cpu"));
    args.addAll(List.of("--top", Integer.toString(CLASSES)));
    expected.forEach(prediction -> args.add(prediction.picture().toString()));
    Map<String, Object> result = Command.succeed(args.toArray(String[]::new)).json();

    List<?> images = (List<?>) result.get("images");
    assertEquals(expected.size(), images.size());
    double allowed = Digits.allowed(Form.INFERENCE);
    for (int i = 0; i < images.size(); i++) {
      Digits.Prediction prediction = expected.get(i);
      Map<?, ?> image = (Map<?, ?>) images.get(i);
      assertEquals(prediction.picture().toString(), image.get("image"));
      List<?> classes = (List<?>) image.get("predictions");
      assertEquals(CLASSES, classes.size());
      double sum = 0;
      for (Object answer : classes) {
        Map<?, ?> one = (Map<?, ?>) answer;
        double logit = prediction.logits().get(((Number) one.get("index")).intValue());
        assertEquals(logit, number(one.get("logit")), allowed, prediction.picture().toString());
        sum += number(one.get("probability"));
      }
      assertEquals(1, sum, 1e-5);
      Map<?, ?> best = (Map<?, ?>) classes.getFirst();
      assertEquals(Integer.toString(prediction.top1()), best.get("label"));
    }
  }

  @Test
  void evalGivesPyTorchsAccuracy(@TempDir Path folder) throws IOException {
    Path csv = folder.resolve("predictions.csv");
    Map<String, Object> result =
        Command.succeed(
                "eval",
                Digits.PICTURES.toString(),
                "--json",
                "--device",
                "cpu",
                "--predictions",
                csv.toString())
            .json();
    List<Digits.Prediction> expected = Digits.predictions();
    long right = expected.stream().filter(p -> p.top1() == p.label()).count();
    assertEquals((double) right / expected.size(), number(result.get("top1")));
    assertEquals(expected.size(), ((Number) result.get("images")).intValue());
    assertTrue(number(result.get("top5")) >= number(result.get("top1")));
    assertEquals(expected.size() + 1, Files.readAllLines(csv).size());
  }

  private static double number(Object json) {
    return ((Number) json).doubleValue();
  }
}
