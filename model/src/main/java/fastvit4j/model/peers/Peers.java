package fastvit4j.model.peers;

import fastvit4j.model.Architecture;
import fastvit4j.model.KnownModel;
import fastvit4j.model.Published;
import java.util.List;

/** The models beside FastViT, in the sizes that its paper compares itself with. */
public final class Peers {
  private static final int SIZE = 224;
  private static final int CLASSES = 1000;
  private static final List<Integer> NONE = List.of(0, 0, 0, 0);

  private static final String POOLFORMER = "github.com/sail-sg/poolformer";
  private static final String CONVNEXT = "github.com/facebookresearch/ConvNeXt";
  private static final String DEIT = "github.com/facebookresearch/deit";

  private static final List<KnownModel> ALL =
      List.of(
          mobileOne("s0", 48, List.of(48, 128, 256, 1024), 4, NONE, 0.875),
          mobileOne("s1", 64, List.of(96, 192, 512, 1280), 1, NONE, 0.9),
          mobileOne("s2", 64, List.of(96, 256, 640, 2048), 1, NONE, 0.9),
          mobileOne("s3", 64, List.of(128, 320, 768, 2048), 1, NONE, 0.9),
          mobileOne("s4", 64, List.of(192, 448, 896, 2048), 1, List.of(0, 0, 5, 1), 0.9),
          poolFormer("s12", List.of(64, 128, 320, 512), List.of(2, 2, 6, 2), 0.9, 12, 77.2),
          poolFormer("s24", List.of(64, 128, 320, 512), List.of(4, 4, 12, 4), 0.9, 21, 80.3),
          poolFormer("s36", List.of(64, 128, 320, 512), List.of(6, 6, 18, 6), 0.9, 31, 81.4),
          poolFormer("m36", List.of(96, 192, 384, 768), List.of(6, 6, 18, 6), 0.95, 56, 82.1),
          peer(new ResNet("resnet50", List.of(3, 4, 6, 3), CLASSES), 0.875, null),
          peer(new ResNet("resnet101", List.of(3, 4, 23, 3), CLASSES), 0.875, null),
          convNeXt("tiny", List.of(96, 192, 384, 768), List.of(3, 3, 9, 3), 28, 4.5, 82.1),
          convNeXt("small", List.of(96, 192, 384, 768), List.of(3, 3, 27, 3), 50, 8.7, 83.1),
          convNeXt("base", List.of(128, 256, 512, 1024), List.of(3, 3, 27, 3), 89, 15.4, 83.8),
          deiT("tiny", 3, 5, 72.2),
          deiT("small", 6, 22, 79.9),
          deiT("base", 12, 86, 81.8));

  private Peers() {}

  /** All of them, by family. */
  public static List<KnownModel> all() {
    return ALL;
  }

  private static KnownModel mobileOne(
      String size,
      int stem,
      List<Integer> widths,
      int branches,
      List<Integer> squeezed,
      double crop) {
    return peer(
        new MobileOne("mobileone_" + size, stem, widths, branches, squeezed, CLASSES), crop, null);
  }

  private static KnownModel poolFormer(
      String size,
      List<Integer> dims,
      List<Integer> depths,
      double crop,
      double parametersM,
      double top1) {
    return peer(
        new PoolFormer("poolformer_" + size, dims, depths, CLASSES),
        crop,
        Published.byAuthors(POOLFORMER, SIZE, parametersM, null, top1));
  }

  private static KnownModel convNeXt(
      String size,
      List<Integer> dims,
      List<Integer> depths,
      double parametersM,
      double gmacs,
      double top1) {
    return peer(
        new ConvNeXt("convnext_" + size, dims, depths, CLASSES),
        0.875,
        Published.byAuthors(CONVNEXT, SIZE, parametersM, gmacs, top1));
  }

  private static KnownModel deiT(String size, int heads, double parametersM, double top1) {
    return peer(
        new DeiT("deit_" + size + "_patch16_224", heads, CLASSES),
        0.9,
        Published.byAuthors(DEIT, SIZE, parametersM, null, top1));
  }

  private static KnownModel peer(Architecture architecture, double crop, Published published) {
    return new KnownModel(architecture, SIZE, crop, published);
  }
}
