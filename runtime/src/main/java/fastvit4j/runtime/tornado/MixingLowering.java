package fastvit4j.runtime.tornado;

import fastvit4j.model.operator.GroupNorm;
import fastvit4j.model.operator.SelfAttention;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.operator.SqueezeExcite;
import fastvit4j.model.operator.TokenEmbedding;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Lowers what mixes a whole image: attention, squeeze-excite, group normalisation, tokens. */
final class MixingLowering {
  /** Work-items that share the elements of an image in a group normalisation. */
  private static final int PARTS = 1024;

  private MixingLowering() {}

  static void attention(TaskList tasks, SelfAttention attention) {
    Shape in = tasks.inputShape();
    int n = in.n();
    int tokens = in.h() * in.w();
    int heads = attention.heads();
    int dim = attention.headDim();
    int rows = n * heads * tokens;
    LoweredTask.Value qkv = TaskList.value(tasks.input());
    LoweredTask.Value scores = TaskList.value(tasks.output() + "#scores");
    tasks.add(
        Kernel.ATTENTION_SCORES,
        rows * tokens,
        LaunchGrid.loops(rows, tokens),
        qkv,
        scores,
        n,
        tokens,
        heads,
        dim,
        (float) (1 / Math.sqrt(dim)));
    tasks.add(Kernel.SOFTMAX, rows * tokens, LaunchGrid.loops(rows), scores, rows, tokens);
    tasks.add(
        Kernel.ATTENTION_SUM,
        LaunchGrid.loops(n * tokens, heads * dim),
        qkv,
        scores,
        TaskList.value(tasks.output()),
        n,
        tokens,
        heads,
        dim);
  }

  static void groupNorm(TaskList tasks, GroupNorm norm) {
    Shape in = tasks.inputShape();
    int n = in.n();
    int elements = in.h() * in.w() * in.c();
    int parts = Math.min(elements, PARTS);
    LoweredTask.Value x = TaskList.value(tasks.input());
    LoweredTask.Value moments = TaskList.value(tasks.output() + "#moments");
    LoweredTask.Value statistics = TaskList.value(tasks.output() + "#statistics");
    tasks.add(
        Kernel.GROUP_MOMENTS,
        2 * n * parts,
        LaunchGrid.loops(n * parts),
        x,
        moments,
        n,
        elements,
        parts);
    tasks.add(
        Kernel.GROUP_MERGE,
        2 * n,
        LaunchGrid.loops(n),
        moments,
        statistics,
        n,
        elements,
        parts,
        (float) norm.eps());
    tasks.add(
        Kernel.GROUP_NORMALIZE,
        LaunchGrid.loops(in.pixels(), in.c()),
        x,
        statistics,
        tasks.weights().of(norm.weight(), () -> WeightLayouts.vector(norm.weight())),
        tasks.bias(norm.bias(), norm.channels()),
        TaskList.value(tasks.output()),
        n,
        in.h() * in.w(),
        in.c());
  }

  static void tokens(TaskList tasks, TokenEmbedding embedding) {
    Shape in = tasks.inputShape();
    int tokens = embedding.tokens();
    tasks.add(
        Kernel.TOKEN_EMBEDDING,
        LaunchGrid.loops(in.n() * tokens, in.c()),
        TaskList.value(tasks.input()),
        tasks.weights().of(embedding.positions(), () -> WeightLayouts.tokens(embedding)),
        TaskList.value(tasks.output()),
        in.n(),
        tokens,
        in.c());
  }

  static void firstToken(TaskList tasks) {
    Shape in = tasks.inputShape();
    tasks.add(
        Kernel.FIRST_TOKEN,
        LaunchGrid.loops(in.n(), in.c()),
        TaskList.value(tasks.input()),
        TaskList.value(tasks.output()),
        in.n(),
        in.h() * in.w(),
        in.c());
  }

  static void squeezeExcite(TaskList tasks, SqueezeExcite excite) {
    WeightStore weights = tasks.weights();
    FloatArray w1 =
        weights.of(excite.reduceWeight(), () -> WeightLayouts.outputLast(excite.reduceWeight()));
    FloatArray w2 =
        weights.of(excite.expandWeight(), () -> WeightLayouts.outputLast(excite.expandWeight()));
    Shape in = tasks.inputShape();
    int n = in.n();
    int c = in.c();
    int reduced = excite.reduced();
    String mean = tasks.output() + "#mean";
    LoweredTask.Value hidden = TaskList.value(tasks.output() + "#hidden");
    LoweredTask.Value gate = TaskList.value(tasks.output() + "#gate");
    PixelLowering.globalAverage(tasks, tasks.input(), mean);
    tasks.add(
        Kernel.SQUEEZE,
        n * reduced,
        LaunchGrid.loops(n, reduced),
        TaskList.value(mean),
        w1,
        tasks.bias(excite.reduceBias(), reduced),
        hidden,
        n,
        c,
        reduced);
    tasks.add(
        Kernel.EXPAND,
        n * c,
        LaunchGrid.loops(n, c),
        hidden,
        w2,
        tasks.bias(excite.expandBias(), c),
        gate,
        n,
        c,
        reduced);
    tasks.add(
        Kernel.EXCITE,
        LaunchGrid.loops(in.pixels(), c),
        TaskList.value(tasks.input()),
        gate,
        TaskList.value(tasks.output()),
        n,
        in.h() * in.w(),
        c,
        tasks.activation());
  }
}
