package uk.ac.manchester.tornado.api.common;

/**
 * A call of a library of a device, as the methods of the library's module describe it. The emulator
 * has no libraries, and so nothing to describe.
 */
public class LibraryTaskDescriptor {
  /** A call of nothing yet. */
  public LibraryTaskDescriptor() {}
}
