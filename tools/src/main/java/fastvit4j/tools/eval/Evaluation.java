package fastvit4j.tools.eval;

import fastvit4j.model.UserException;
import fastvit4j.tools.pipeline.Pipeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/** Runs a data set through a pipeline, from where its state is to the end. */
public final class Evaluation {
  private final Dataset dataset;
  private final EvalState state;
  private final long saveNanos;
  private final List<String> failures = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();

  /** Is told how it goes. */
  public interface Listener {
    /** So many of a part's pictures are done. */
    void at(Part part, long done, long all);
  }

  /**
   * An evaluation.
   *
   * @param saveEvery how often its state is written, besides at the end of each part
   */
  public Evaluation(Dataset dataset, EvalState state, Duration saveEvery) {
    this.dataset = dataset;
    this.state = state;
    this.saveNanos = saveEvery.toNanos();
  }

  /** Computes what is not known yet. */
  public void run(Pipeline pipeline, Listener listener) {
    for (Part part : dataset.parts()) {
      List<Sample> samples = part.listing().get();
      PartAnswers answers = state.part(part.name(), samples);
      for (int i = 0; i < answers.done(); i++) {
        if (answers.get(i).rank() == 0) {
          failures.add(samples.get(i).file() + " could not be read earlier in this evaluation");
        }
      }
      if (answers.done() < samples.size()) {
        try {
          pipeline.run(
              samples.stream().map(Sample::file).toList(),
              answers.done(),
              sink(part, samples, answers, listener));
        } finally {
          state.save();
        }
      }
    }
  }

  private Pipeline.Sink sink(
      Part part, List<Sample> samples, PartAnswers answers, Listener listener) {
    int[] classes = dataset.classes().stream().mapToInt(Integer::intValue).toArray();
    return new Pipeline.Sink() {
      private long saved = System.nanoTime();

      @Override
      public void logits(int index, float[] logits) {
        answers.set(index, Answer.of(logits, samples.get(index).label(), classes));
      }

      @Override
      public void unreadable(int index, String reason) {
        failures.add(reason);
        answers.set(index, Answer.UNREADABLE);
      }

      @Override
      public void done(int next) {
        answers.done(next);
        if (System.nanoTime() - saved >= saveNanos) {
          state.save();
          saved = System.nanoTime();
        }
        listener.at(part, next, samples.size());
      }

      @Override
      public void remark(String text) {
        remarks.add(text);
      }
    };
  }

  /** What is wrong with each picture that could not be read. */
  public List<String> failures() {
    return failures;
  }

  /** What whoever waits should know of how the pictures were computed. */
  public List<String> remarks() {
    return remarks;
  }

  /** The counts of all parts together. */
  public Tally total() {
    Tally total = new Tally();
    dataset.parts().forEach(part -> count(part, total));
    return total;
  }

  /** The counts of a part. */
  public Tally tally(Part part) {
    Tally tally = new Tally();
    count(part, tally);
    return tally;
  }

  private void count(Part part, Tally tally) {
    forEach(part, (sample, answer) -> tally.add(sample.label(), answer));
  }

  /** Takes a picture and its answer. */
  public interface Visitor {
    /** A picture and its answer. */
    void visit(Sample sample, Answer answer);
  }

  /**
   * Goes through a part's pictures and answers, in their order.
   *
   * @throws UserException if its folder has other pictures by now than those that were classified
   */
  public void forEach(Part part, Visitor visitor) {
    PartAnswers answers = state.part(part.name());
    List<Sample> samples = part.listing().get();
    if (!PartAnswers.listing(samples).equals(answers.listing())) {
      throw new UserException(
          "the pictures"
              + (part.name().isEmpty() ? "" : " of " + part.name())
              + " became others while they were classified: run it again where nothing changes");
    }
    for (int i = 0; i < Math.min(answers.done(), samples.size()); i++) {
      visitor.visit(samples.get(i), answers.get(i));
    }
  }

  /**
   * How a corruption fared.
   *
   * @param errors top-1 errors at severities 1 to 5
   * @param ce the corruption error
   */
  public record Corruption(List<Double> errors, double ce) {}

  /** The corruptions' figures, where the protocol has them. */
  public SequencedMap<String, Corruption> corruptions() {
    SequencedMap<String, List<Double>> errors = new LinkedHashMap<>();
    if (dataset.protocol() == Protocol.IMAGENET_C) {
      for (Part part : dataset.parts()) {
        String name = part.name().substring(0, part.name().indexOf('/'));
        errors.computeIfAbsent(name, _ -> new ArrayList<>()).add(1 - tally(part).top1());
      }
    }
    SequencedMap<String, Corruption> corruptions = new LinkedHashMap<>();
    errors.forEach(
        (name, e) -> corruptions.put(name, new Corruption(e, Corruptions.error(name, e))));
    return corruptions;
  }

  /** The mean corruption error, if all corruptions are there. */
  public static OptionalDouble meanError(Map<String, Corruption> corruptions) {
    Map<String, Double> errors = new LinkedHashMap<>();
    corruptions.forEach((name, corruption) -> errors.put(name, corruption.ce));
    return Corruptions.mean(errors);
  }
}
