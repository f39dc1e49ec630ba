package uk.ac.manchester.tornado.api;

import uk.ac.manchester.tornado.api.common.Access;

/**
 * The arguments of a prebuilt task and what it does with each. The emulator runs no prebuilt tasks;
 * this is here so that those who make them link.
 */
public class AccessorParameters {
  private final PairAccessor[] accessors;

  /** No arguments set, of the given number. */
  public AccessorParameters(int numParameters) {
    accessors = new PairAccessor[numParameters];
  }

  /** Sets an argument. */
  public void set(int index, Object object, Access access) {
    accessors[index] = new PairAccessor(object, access);
  }

  /** How many arguments there are. */
  public int numAccessors() {
    return accessors.length;
  }

  /** An argument. */
  public PairAccessor getAccessor(int index) {
    return accessors[index];
  }

  /** An argument and what the task does with it. */
  public record PairAccessor(Object object, Access access) {}
}
