package fastvit4j.tools.preset;

import fastvit4j.model.Architecture;
import fastvit4j.model.KnownModel;
import fastvit4j.model.KnownModels;
import fastvit4j.model.Nearest;
import fastvit4j.model.Published;
import fastvit4j.model.UserException;
import fastvit4j.model.fastvit.ActivationKind;
import fastvit4j.model.fastvit.Mixer;
import fastvit4j.model.fastvit.Normalization;
import java.util.List;
import java.util.Optional;

/**
 * The paper's ablations and figures. Beside what was measured stands what is published of a row's
 * model and what the paper's text (Sections 3.2 and 4) says of two rows. The other cells of its
 * tables are not available from a source that could be checked.
 */
public final class Presets {
  private static final int SIZE = 256;

  /** The paper's text has no number. */
  private static final double NONE = Double.NaN;

  private static final List<Preset> ALL =
      List.of(table1(), table4(), table11(), table12(), figure1(), figure3());

  private Presets() {}

  /** All of them. */
  public static List<Preset> all() {
    return ALL;
  }

  /**
   * The preset of a name.
   *
   * @throws UserException if there is none; the message names the nearest ones
   */
  public static Preset named(String name) {
    List<String> names = ALL.stream().map(Preset::name).toList();
    return ALL.stream()
        .filter(preset -> preset.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new UserException("no preset " + name + ": " + Nearest.hint(name, names)));
  }

  /** The model of a row's name, {@code PRESET/ROW}. */
  public static Optional<KnownModel> model(String name) {
    return ALL.stream()
        .flatMap(preset -> preset.rows().stream())
        .filter(row -> row.name().equals(name))
        .map(Preset.Row::model)
        .findFirst();
  }

  private static Preset table1() {
    KnownModel poolFormer = KnownModels.named("poolformer_s12");
    Ablation factorized = Ablation.S12.plain().kernels(0, 3);
    return new Preset.Builder("table1", "from PoolFormer-S12 to FastViT-S12, step by step")
        .row(
            "poolformer",
            "PoolFormer-S12, 224",
            poolFormer.architecture(),
            table1(224, 11.9, 1.8, 1.50, 77.2))
        .row(
            "poolformer-256",
            "at 256",
            poolFormer.architecture(),
            table1(SIZE, 11.9, 2.4, 2.25, 77.6))
        .row(
            "repmixer",
            "pooling to RepMixer",
            Ablation.dense(Mixer.REPMIXER).config(""),
            table1(SIZE, 11.9, 2.4, 1.58, 78.5))
        .row(
            "factorized",
            "Factorized convolutions",
            factorized.config(""),
            table1(SIZE, 8.7, 1.7, 1.26, 78.0))
        .row(
            "overparameterized",
            "train-time branches",
            Ablation.S12.kernels(0, 3).config(""),
            table1(SIZE, 8.7, 1.7, 1.26, 78.9))
        .row(
            "ffn",
            "7x7 in the ConvFFN",
            Ablation.S12.kernels(7, 3).config(""),
            table1(SIZE, 8.7, 1.8, 1.33, 79.4))
        .row("s12", "7x7 patches too: S12", KnownModels.named("s12"))
        .claim("RepMixer is faster than pooling", "repmixer", "poolformer-256", 1.58 / 2.25)
        .claim("Factorized convolutions make it faster", "factorized", "repmixer", 1.26 / 1.58)
        .claim(
            "The paper: train-time branches give S12 0.9 % more top-1 accuracy, and cost nothing"
                + " once folded",
            "overparameterized", "factorized", 1)
        .claim(
            "The paper: large kernels give S12 0.9 % more top-1 accuracy, at little cost",
            "s12", "overparameterized", 1.40 / 1.26)
        .remarking(
            "From repmixer on, the rows have FastViT's head, 0.65 M parameters more than the paper"
                + " counts.",
            "How the paper built the rows from repmixer to overparameterized is our reading of its"
                + " text: they are 0.1 M parameters or GMACs off.");
  }

  /** A row of the paper's Table 1, whose latencies are those of the telephone. */
  private static Published table1(
      int size, double parametersM, double gmacs, double mobileMs, double top1) {
    return new Published("FastViT, Table 1", size, parametersM, gmacs, null, mobileMs, top1, null);
  }

  private static Preset table4() {
    Ablation small = Ablation.S12.kernels(3, 3);
    return new Preset.Builder("table4", "attention or large kernels, with RepMixer elsewhere")
        .row("small", "3x3 kernels, none", small.config(""), SIZE)
        .row("small-1", "attention in the last", small.attention(1).config(""), SIZE)
        .row("small-2", "in the last two", small.attention(2).config(""), SIZE)
        .row("small-3", "in the last three", small.attention(3).config(""), SIZE)
        .row("small-4", "in all four", small.attention(4).config(""), SIZE)
        .row("s12", "7x7 kernels, none: S12", KnownModels.named("s12"))
        .row("sa12", "7x7, in the last: SA12", KnownModels.named("sa12"))
        .row("large-2", "7x7, in the last two", Ablation.S12.attention(2).config(""), SIZE)
        .claim(
            "The paper: V2 (3x3, attention in the last stage) is 20 % larger than V4 (7x7, none),"
                + " and takes 7.1 % longer for a similar accuracy",
            "small-1", "s12", 1.071)
        .claim(
            "The paper: V5 is 11.2 % larger than V3, and takes 2.3 times as long for 0.4 % more"
                + " accuracy; which rows these are, the text does not say")
        .remarking(
            "Attention costs more the earlier the stage, as its tokens are four times as many.");
  }

  private static Preset table11() {
    return new Preset.Builder("table11", "normalisation and activation, in FastViT-S12")
        .row("batch-gelu", "BatchNorm, GELU: S12", KnownModels.named("s12"))
        .row("layer-gelu", "LayerNorm, GELU", with(Normalization.LAYER, ActivationKind.GELU), SIZE)
        .row("batch-relu", "BatchNorm, ReLU", with(Normalization.BATCH, ActivationKind.RELU), SIZE)
        .row("batch-silu", "BatchNorm, SiLU", with(Normalization.BATCH, ActivationKind.SILU), SIZE)
        .claim(
            "LayerNorm does not fold into its neighbours and costs time; BatchNorm does",
            "layer-gelu",
            "batch-gelu",
            NONE)
        .remarking();
  }

  private static Preset table12() {
    Preset.Builder preset =
        new Preset.Builder("table12", "kernel sizes of ConvFFN and patch embedding, in S12");
    for (int kernel : List.of(3, 5, 7, 9, 11)) {
      String key = "k" + kernel;
      String label = kernel + "x" + kernel;
      if (kernel == 7) {
        preset.row(key, label + ": S12", KnownModels.named("s12"));
      } else {
        preset.row(key, label, Ablation.S12.kernels(kernel, kernel).config(""), SIZE);
      }
    }
    return preset
        .claim("Larger depthwise kernels add few operations", "k11", "k3", NONE)
        .remarking();
  }

  private static Preset figure1() {
    Preset.Builder preset =
        new Preset.Builder("figure1", "accuracy against latency: FastViT and competitors");
    for (KnownModel model : KnownModels.all()) {
      preset.row(model.name(), model.name(), model);
    }
    return preset
        .claim("FastViT has the best accuracy at each latency: see the chart of `fastvit report`")
        .remarking();
  }

  private static Preset figure3() {
    Preset.Builder preset =
        new Preset.Builder("figure3", "RepMixer and pooling against input size, in MetaFormer-S12");
    for (int size : List.of(224, 256, 384, 512, 768, 1024)) {
      for (Mixer mixer : List.of(Mixer.POOLING, Mixer.REPMIXER)) {
        String word = mixer == Mixer.POOLING ? "pooling" : "repmixer";
        preset.row(word + "-" + size, word + " at " + size, Ablation.dense(mixer).config(""), size);
      }
    }
    return preset
        .claim(
            "The paper: with RepMixer, 25.1 % less time at 384",
            "repmixer-384", "pooling-384", 0.749)
        .claim(
            "The paper: with RepMixer, 43.9 % less time at 1024",
            "repmixer-1024", "pooling-1024", 0.561)
        .remarking("The skip connection that RepMixer folds away costs more the larger the input.");
  }

  private static Architecture with(Normalization normalization, ActivationKind activation) {
    return Ablation.S12.with(normalization, activation).config("");
  }
}
