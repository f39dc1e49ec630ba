package fastvit4j.model.operator;

import fastvit4j.model.tensor.Tensor;
import java.util.List;

/**
 * An image's patches as a sequence of tokens: a trained class token before them, and a trained
 * position added to each. [N, H, W, C] becomes [N, 1, T, C] with T = 1 + H·W: {@code y[0] =
 * classToken + positions[0]}, {@code y[1 + i] = x[i] + positions[1 + i]}, the patches row by row.
 * As positions are trained for one number of patches, the network takes images of one size.
 *
 * @param classToken [1, 1, C]
 * @param positions [1, T, C]
 */
public record TokenEmbedding(Tensor classToken, Tensor positions) implements Operator {
  /** Checks the parameters' shapes. */
  public TokenEmbedding {
    if (positions.rank() != 3
        || positions.dim(1) < 2
        || !positions.hasShape(1, positions.dim(1), positions.dim(2))
        || !classToken.hasShape(1, 1, positions.dim(2))) {
      throw new ShapeException(
          classToken + " and " + positions + " are no class token and positions of tokens");
    }
  }

  /** Channels of a token. */
  public int channels() {
    return positions.dim(2);
  }

  /** Tokens of an image, the class token included. */
  public int tokens() {
    return positions.dim(1);
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Shape in = inputs.getFirst();
    Operator.requireChannels(in, channels(), positions);
    if (in.h() * in.w() != tokens() - 1) {
      throw new ShapeException(
          positions.name()
              + " has positions for "
              + (tokens() - 1)
              + " patches, but "
              + in
              + " has "
              + in.h() * in.w()
              + ": take the size that it was trained for");
    }
    return new Shape(in.n(), 1, tokens(), in.c());
  }

  @Override
  public List<Tensor> parameters() {
    return List.of(classToken, positions);
  }
}
