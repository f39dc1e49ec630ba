package fastvit4j.runtime.tornado;

import fastvit4j.model.graph.Graph;
import fastvit4j.runtime.Device;
import fastvit4j.runtime.Precision;
import fastvit4j.runtime.Session;
import fastvit4j.runtime.SessionOptions;
import java.util.SequencedMap;

/**
 * A device that TornadoVM, or its emulator, offers.
 *
 * @param guards elements of the guard bands around the arrays of its sessions, {@link Guards#NONE}
 *     for none
 */
record TornadoDevice(
    String name,
    String description,
    uk.ac.manchester.tornado.api.common.TornadoDevice handle,
    DeviceTraits traits,
    int guards)
    implements Device {
  TornadoDevice(
      String name,
      String description,
      uk.ac.manchester.tornado.api.common.TornadoDevice handle,
      DeviceTraits traits) {
    this(name, description, handle, traits, Guards.NONE);
  }

  /** The same device with other traits. */
  TornadoDevice with(DeviceTraits other) {
    return new TornadoDevice(name, description, handle, other, guards);
  }

  /** The same device whose sessions' arrays are between guard bands of so many elements. */
  TornadoDevice guarded(int elements) {
    return new TornadoDevice(name, description, handle, traits, elements);
  }

  @Override
  public Device storing(Precision precision) {
    return precision == Precision.FLOAT32 || traits.half()
        ? with(traits.storing(precision))
        : Device.super.storing(precision);
  }

  @Override
  public Precision precision() {
    return traits.precision();
  }

  @Override
  public boolean isGpu() {
    return traits.gpu();
  }

  @Override
  public int streams() {
    return traits.streams();
  }

  @Override
  public SequencedMap<String, Object> properties() {
    SequencedMap<String, Object> facts = DriverFacts.of(handle);
    if (traits.capturesGraphs()) {
      facts.put("cuda_graphs", CudaGraphs.allowed());
    }
    facts.put("tuned_cases", traits.tuned().names().size());
    return facts;
  }

  @Override
  public Session compile(Graph graph, SessionOptions options) {
    return new TornadoSession(this, graph, options);
  }
}
