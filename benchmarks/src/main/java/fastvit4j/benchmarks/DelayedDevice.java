package fastvit4j.benchmarks;

import fastvit4j.model.graph.Graph;
import fastvit4j.model.tensor.Activation;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A device whose sessions take longer by a part of what each run takes: what a slower build would
 * be. They compute no less and no more, and then keep a core busy.
 *
 * @param device the device that computes
 * @param delay the part to add, for example 0.1
 */
record DelayedDevice(Device device, double delay) implements Device {
  @Override
  public String name() {
    return device.name();
  }

  @Override
  public String description() {
    return device.description();
  }

  @Override
  public boolean isGpu() {
    return device.isGpu();
  }

  @Override
  public SequencedMap<String, Object> properties() {
    return device.properties();
  }

  @Override
  public Session compile(Graph graph, SessionOptions options) {
    return new Delayed(device.compile(graph, options), delay);
  }

  private record Delayed(Session session, double delay) implements Session {
    @Override
    public Map<String, Activation> run(Activation input) {
      long start = System.nanoTime();
      Map<String, Activation> outputs = session.run(input);
      long end = System.nanoTime();
      long until = end + (long) (delay * (end - start));
      while (System.nanoTime() - until < 0) {
        Thread.onSpinWait();
      }
      return outputs;
    }

    @Override
    public Device device() {
      return session.device();
    }

    @Override
    public Graph graph() {
      return session.graph();
    }

    @Override
    public SessionOptions options() {
      return session.options();
    }

    @Override
    public List<Step> steps() {
      return session.steps();
    }

    @Override
    public Profile profile(Activation input) {
      return session.profile(input);
    }

    @Override
    public Memory memory() {
      return session.memory();
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
