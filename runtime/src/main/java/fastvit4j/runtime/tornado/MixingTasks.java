package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.Attention;
import fastvit4j.kernels.tornado.SqueezeExcitation;
import uk.ac.manchester.tornado.api.TaskGraph;

/** Tasks of attention and squeeze-excitation. */
final class MixingTasks {
  private MixingTasks() {}

  static void attentionScores(TaskGraph g, String t, Arguments a) {
    g.task(
        t,
        Attention::scores,
        a.array(0),
        a.array(1),
        a.integer(2),
        a.integer(3),
        a.integer(4),
        a.integer(5),
        a.real(6));
  }

  static void softmax(TaskGraph g, String t, Arguments a) {
    g.task(t, Attention::softmax, a.array(0), a.integer(1), a.integer(2));
  }

  static void attentionSum(TaskGraph g, String t, Arguments a) {
    g.task(
        t,
        Attention::weightedSum,
        a.array(0),
        a.array(1),
        a.array(2),
        a.integer(3),
        a.integer(4),
        a.integer(5),
        a.integer(6));
  }

  static void squeeze(TaskGraph g, String t, Arguments a) {
    g.task(
        t,
        SqueezeExcitation::reduce,
        a.array(0),
        a.array(1),
        a.array(2),
        a.array(3),
        a.integer(4),
        a.integer(5),
        a.integer(6));
  }

  static void expand(TaskGraph g, String t, Arguments a) {
    g.task(
        t,
        SqueezeExcitation::expand,
        a.array(0),
        a.array(1),
        a.array(2),
        a.array(3),
        a.integer(4),
        a.integer(5),
        a.integer(6));
  }

  static void excite(TaskGraph g, String t, Arguments a) {
    g.task(
        t,
        SqueezeExcitation::excite,
        a.array(0),
        a.array(1),
        a.array(2),
        a.integer(3),
        a.integer(4),
        a.integer(5),
        a.integer(6));
  }
}
