package fastvit4j.runtime.tornado;

import fastvit4j.kernels.tornado.GroupNormalization;
import fastvit4j.kernels.tornado.Tokens;
import uk.ac.manchester.tornado.api.TaskGraph;

/** Tasks of what other models than FastViT need: one group's normalisation, tokens. */
final class TokenTasks {
  private TokenTasks() {}

  static void groupMoments(TaskGraph g, String t, Arguments a) {
    g.task(
        t,
        GroupNormalization::moments,
        a.array(0),
        a.array(1),
        a.integer(2),
        a.integer(3),
        a.integer(4));
  }

  static void groupMerge(TaskGraph g, String t, Arguments a) {
    g.task(
        t,
        GroupNormalization::merge,
        a.array(0),
        a.array(1),
        a.integer(2),
        a.integer(3),
        a.integer(4),
        a.real(5));
  }

  static void groupNormalize(TaskGraph g, String t, Arguments a) {
    g.task(
        t,
        GroupNormalization::normalizeGroup,
        a.array(0),
        a.array(1),
        a.array(2),
        a.array(3),
        a.array(4),
        a.integer(5),
        a.integer(6),
        a.integer(7));
  }

  static void tokenEmbedding(TaskGraph g, String t, Arguments a) {
    g.task(
        t,
        Tokens::embed,
        a.array(0),
        a.array(1),
        a.array(2),
        a.integer(3),
        a.integer(4),
        a.integer(5));
  }

  static void firstToken(TaskGraph g, String t, Arguments a) {
    g.task(t, Tokens::first, a.array(0), a.array(1), a.integer(2), a.integer(3), a.integer(4));
  }
}
