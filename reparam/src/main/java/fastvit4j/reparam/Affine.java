package fastvit4j.reparam;

import fastvit4j.model.operator.BatchNorm;
import fastvit4j.model.operator.LayerScale;
import org.ejml.data.DMatrixRMaj;

/**
 * A factor and a shift for each channel, {@code y = scale · x + shift}: what a batch normalisation
 * is at inference.
 *
 * @param scale [C × 1]
 * @param shift [C × 1]
 */
record Affine(DMatrixRMaj scale, DMatrixRMaj shift) {
  /** {@code scale = weight / √(variance + eps)}, {@code shift = bias − mean · scale}. */
  static Affine of(BatchNorm norm) {
    double[] scale = norm.weight().toDoubles();
    double[] shift = norm.bias().toDoubles();
    double[] mean = norm.mean().toDoubles();
    double[] variance = norm.variance().toDoubles();
    for (int c = 0; c < scale.length; c++) {
      scale[c] /= Math.sqrt(variance[c] + norm.eps());
      shift[c] -= mean[c] * scale[c];
    }
    return of(scale, shift);
  }

  static Affine of(LayerScale layerScale) {
    double[] scale = layerScale.gamma().toDoubles();
    return of(scale, new double[scale.length]);
  }

  private static Affine of(double[] scale, double[] shift) {
    int channels = scale.length;
    return new Affine(DMatrixRMaj.wrap(channels, 1, scale), DMatrixRMaj.wrap(channels, 1, shift));
  }
}
