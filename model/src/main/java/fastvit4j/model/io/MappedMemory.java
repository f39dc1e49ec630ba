package fastvit4j.model.io;

import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Work on memory that is mapped from files. A page of a file that has vanished meanwhile, because
 * another process made the file shorter or the disk failed, surfaces as an {@link InternalError}
 * where Java code or a bulk copy reads it. Native code must not be given mapped memory: there the
 * same fault ends the process.
 */
public final class MappedMemory {
  private MappedMemory() {}

  /**
   * Does something that reads mapped memory.
   *
   * @param failure what to throw if a page has vanished
   */
  public static <T> T reading(
      Supplier<T> work, Function<InternalError, ? extends RuntimeException> failure) {
    try {
      T result = work.get();
      // Compiled code does not throw where it faults but where it next meets the virtual machine,
      // as this native call does. (To yield would too, but may hand the processor on for long.)
      Thread.holdsLock(MappedMemory.class);
      return result;
    } catch (InternalError e) {
      throw failure.apply(e);
    }
  }
}
