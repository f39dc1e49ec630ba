package fastvit4j.tools.verify;

import fastvit4j.model.image.PixelBatch;
import fastvit4j.model.image.Preprocessing;
import fastvit4j.model.operator.Shape;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/** What a session is given: a normalised batch, or pictures as bytes that it normalises itself. */
public sealed interface SessionInput {
  /** The batch's shape, NHWC. */
  Shape shape();

  /** What the network computes with, and how far float32 may be off it. */
  Bounded exact();

  /** To be ready for such an input. */
  SessionOptions options();

  /** Computes the outputs. */
  Map<String, Activation> run(Session session);

  /** One run, timed step by step. */
  Session.Profile profile(Session session);

  /**
   * Another input, whose results show wherever they stay behind: NaN everywhere, or of each byte of
   * pictures, which have no NaN, the complement.
   */
  SessionInput poison();

  /** The first {@code images} − 1 images and the last one. */
  SessionInput ends(int images);

  /** A normalised batch. */
  static SessionInput of(Activation batch) {
    return new Batch(batch);
  }

  /** Pictures. */
  static SessionInput of(PixelBatch pictures) {
    return new Pictures(pictures);
  }

  /** How pictures of a shape are normalised where nothing else is said: by ImageNet's numbers. */
  static Preprocessing preprocessing(Shape shape) {
    return Preprocessing.imageNet(shape.h(), 1).withSize(shape.h(), shape.w());
  }

  /**
   * A normalised batch.
   *
   * @param batch the images
   */
  record Batch(Activation batch) implements SessionInput {
    @Override
    public Shape shape() {
      return batch.shape();
    }

    @Override
    public Bounded exact() {
      return Bounded.exact(Values.of(batch));
    }

    @Override
    public SessionOptions options() {
      return SessionOptions.of(shape());
    }

    @Override
    public Map<String, Activation> run(Session session) {
      return session.run(batch);
    }

    @Override
    public Session.Profile profile(Session session) {
      return session.profile(batch);
    }

    @Override
    public SessionInput poison() {
      Activation poison = Activation.allocate(shape());
      poison.data().fill((byte) -1);
      return new Batch(poison);
    }

    @Override
    public SessionInput ends(int images) {
      return new Batch(SessionInput.ends(batch, images));
    }
  }

  /**
   * Pictures.
   *
   * @param pixels their samples
   */
  record Pictures(PixelBatch pixels) implements SessionInput {
    @Override
    public Shape shape() {
      return pixels.shape();
    }

    @Override
    public Bounded exact() {
      return ErrorAnalysis.normalised(pixels);
    }

    @Override
    public SessionOptions options() {
      return SessionOptions.of(shape()).forPictures(pixels.preprocessing());
    }

    @Override
    public Map<String, Activation> run(Session session) {
      return session.run(pixels);
    }

    @Override
    public Session.Profile profile(Session session) {
      return session.profile(pixels);
    }

    @Override
    public SessionInput poison() {
      byte[] complement = pixels.samples().toArray(ValueLayout.JAVA_BYTE);
      for (int i = 0; i < complement.length; i++) {
        complement[i] = (byte) ~complement[i];
      }
      return with(shape(), MemorySegment.ofArray(complement));
    }

    @Override
    public SessionInput ends(int images) {
      Shape shape = shape().withBatch(images);
      MemorySegment ends = MemorySegment.ofArray(new byte[shape.elements()]);
      copyEnds(pixels.samples(), shape().n(), ends, images);
      return with(shape, ends);
    }

    private Pictures with(Shape shape, MemorySegment samples) {
      return new Pictures(new PixelBatch(shape, samples, pixels.preprocessing()));
    }
  }

  /** The first {@code images} − 1 images of a batch and the last one. */
  static Activation ends(Activation all, int images) {
    Activation ends = Activation.allocate(all.shape().withBatch(images));
    copyEnds(all.data(), all.shape().n(), ends.data(), images);
    return ends;
  }

  private static void copyEnds(MemorySegment from, int count, MemorySegment to, int images) {
    long bytes = from.byteSize() / count;
    MemorySegment.copy(from, 0, to, 0, bytes * (images - 1));
    MemorySegment.copy(from, bytes * (count - 1), to, bytes * (images - 1), bytes);
  }
}
