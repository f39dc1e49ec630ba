package fastvit4j.model.checkpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Between the original code's names of tensors and timm's.
 *
 * <p>The original code keeps its stages in one flat list: before each stage but the first an
 * embedding, then the stage's positional encoding if it has one, then its blocks. What an index
 * stands for depends on the widths and encodings of all stages before it, so the names of a
 * checkpoint are translated together, not one by one. A name that follows no rule stays as it is.
 *
 * <pre>
 *   patch_embed.I           stem.I                          rbr_conv    conv_kxk
 *   network.N.B             stages.S.blocks.B               rbr_scale   conv_scale
 *   network.N.proj          stages.S.downsample.proj        rbr_skip    identity
 *   network.N.pe            stages.S.pos_emb.pos_enc        convffn     mlp
 *   network.N.reparam_conv  stages.S.pos_emb.reparam_conv   lkb_origin  large_conv
 *   conv_exp                final_conv                      lkb_reparam reparam_conv
 *   head                    head.fc                         se.reduce   se.fc1
 *   layer_scale             layer_scale.gamma               se.expand   se.fc2
 * </pre>
 */
public final class OriginalNames {
  private static final Pattern FLAT = Pattern.compile("network\\.(\\d{1,4})\\.(([^.]+)\\..+)");
  private static final Pattern STAGED =
      Pattern.compile("stages\\.(\\d{1,4})\\.(blocks|downsample|pos_emb)\\.(.+)");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,4}");
  private static final String LAYER_SCALE = "layer_scale";
  private static final String GAMMA = ".gamma";
  private static final Map<String, String> TIMM_PARTS =
      Map.of(
          "rbr_conv", "conv_kxk",
          "rbr_scale", "conv_scale",
          "rbr_skip", "identity",
          "lkb_origin", "large_conv",
          "lkb_reparam", "reparam_conv",
          "convffn", "mlp",
          "reduce", "fc1",
          "expand", "fc2");
  private static final Map<String, String> ORIGINAL_PARTS =
      Map.of(
          "conv_kxk", "rbr_conv",
          "conv_scale", "rbr_scale",
          "identity", "rbr_skip",
          "large_conv", "lkb_origin",
          "mlp", "convffn");

  private OriginalNames() {}

  static boolean isOriginal(String name) {
    return name.startsWith("patch_embed.")
        || name.startsWith("conv_exp.")
        || FLAT.matcher(name).matches();
  }

  /**
   * timm's names of a checkpoint in the original naming.
   *
   * @return for each name, in order, timm's
   */
  public static SequencedMap<String, String> toTimm(Collection<String> original) {
    Map<Integer, String> places = places(original);
    SequencedMap<String, String> timm = new LinkedHashMap<>();
    original.forEach(name -> timm.put(name, toTimm(name, places)));
    return timm;
  }

  /**
   * The original names of a checkpoint in timm's naming.
   *
   * @return for each name, in order, the original one
   */
  public static SequencedMap<String, String> fromTimm(Collection<String> timm) {
    Map<String, Integer> indices = indices(timm);
    SequencedMap<String, String> original = new LinkedHashMap<>();
    timm.forEach(name -> original.put(name, fromTimm(name, indices, timm)));
    return original;
  }

  /** What each flat index stands for, as the start of timm's names. */
  private static Map<Integer, String> places(Collection<String> original) {
    TreeMap<Integer, String> kinds = new TreeMap<>();
    for (String name : original) {
      Matcher flat = FLAT.matcher(name);
      if (flat.matches()) {
        kind(flat.group(3))
            .ifPresent(kind -> kinds.putIfAbsent(Integer.valueOf(flat.group(1)), kind));
      }
    }
    Map<Integer, String> places = new HashMap<>();
    int stage = 0;
    boolean blocksSeen = false;
    for (Map.Entry<Integer, String> entry : kinds.entrySet()) {
      String kind = entry.getValue();
      // An embedding opens the next stage; so does what follows a stage's blocks without one.
      if (blocksSeen) {
        stage++;
        blocksSeen = false;
      }
      blocksSeen = kind.equals("blocks");
      places.put(entry.getKey(), "stages." + stage + "." + kind + ".");
    }
    return places;
  }

  private static Optional<String> kind(String child) {
    if (NUMBER.matcher(child).matches()) {
      return Optional.of("blocks");
    }
    return switch (child) {
      case "proj" -> Optional.of("downsample");
      case "pe", "reparam_conv" -> Optional.of("pos_emb");
      default -> Optional.empty();
    };
  }

  private static String toTimm(String name, Map<Integer, String> places) {
    Matcher flat = FLAT.matcher(name);
    if (flat.matches()) {
      String place = places.get(Integer.valueOf(flat.group(1)));
      if (place == null) {
        return name;
      }
      String rest = flat.group(2);
      String encoding = rest.startsWith("pe.") ? "pos_enc." + rest.substring(3) : rest;
      return place + timmParts(encoding);
    }
    if (name.startsWith("patch_embed.")) {
      return "stem." + timmParts(name.substring("patch_embed.".length()));
    }
    if (name.startsWith("conv_exp.")) {
      return "final_conv." + timmParts(name.substring("conv_exp.".length()));
    }
    boolean head = name.equals("head.weight") || name.equals("head.bias");
    return head ? "head.fc." + name.substring("head.".length()) : name;
  }

  /** The flat index of {@code stages.S.KIND}, where the names have it. */
  private static Map<String, Integer> indices(Collection<String> timm) {
    List<String> kinds = List.of("downsample", "pos_emb", "blocks");
    TreeMap<Integer, List<String>> stages = new TreeMap<>();
    for (String name : timm) {
      Matcher staged = STAGED.matcher(name);
      if (staged.matches()) {
        stages
            .computeIfAbsent(Integer.valueOf(staged.group(1)), _ -> new ArrayList<>())
            .add(staged.group(2));
      }
    }
    Map<String, Integer> indices = new HashMap<>();
    stages.forEach(
        (stage, present) ->
            kinds.stream()
                .filter(present::contains)
                .forEach(kind -> indices.put("stages." + stage + "." + kind, indices.size())));
    return indices;
  }

  private static String fromTimm(
      String name, Map<String, Integer> indices, Collection<String> names) {
    Matcher staged = STAGED.matcher(name);
    if (staged.matches()) {
      String place = "stages." + staged.group(1) + "." + staged.group(2);
      String rest = staged.group(3);
      String start = "network." + indices.get(place) + ".";
      if (rest.startsWith("pos_enc.")) {
        return start + "pe." + rest.substring("pos_enc.".length());
      }
      if (rest.startsWith("proj.0.reparam_conv.")
          && names.contains(place + ".proj.1.reparam_conv.weight")) {
        return start + rest.replace("reparam_conv", "lkb_reparam");
      }
      return start + originalParts(rest);
    }
    if (name.startsWith("stem.")) {
      return "patch_embed." + originalParts(name.substring("stem.".length()));
    }
    if (name.startsWith("final_conv.se.")) {
      return name.replace("final_conv.", "conv_exp.")
          .replace("fc1", "reduce")
          .replace("fc2", "expand");
    }
    if (name.startsWith("final_conv.")) {
      return "conv_exp." + originalParts(name.substring("final_conv.".length()));
    }
    return name.startsWith("head.fc.") ? "head." + name.substring("head.fc.".length()) : name;
  }

  private static String timmParts(String name) {
    String replaced = replaceParts(name, TIMM_PARTS);
    String last = replaced.substring(replaced.lastIndexOf('.') + 1);
    return last.startsWith(LAYER_SCALE) ? replaced + GAMMA : replaced;
  }

  private static String originalParts(String name) {
    String replaced = replaceParts(name, ORIGINAL_PARTS);
    if (!replaced.endsWith(GAMMA)) {
      return replaced;
    }
    String owner = replaced.substring(0, replaced.length() - GAMMA.length());
    boolean scales = owner.substring(owner.lastIndexOf('.') + 1).startsWith(LAYER_SCALE);
    return scales ? owner : replaced;
  }

  private static String replaceParts(String name, Map<String, String> parts) {
    return Arrays.stream(name.split("\\.", -1))
        .map(part -> parts.getOrDefault(part, part))
        .collect(Collectors.joining("."));
  }
}
